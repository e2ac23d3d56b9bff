"""Which authorities are trusted, and which certificate is shown."""

import logging
import ssl

from reconciler.api.http import httpx

_LOG = logging.getLogger(__name__)


def authorities(ca_file: str | None, *, insecure: bool) -> ssl.SSLContext:
    """Trust what is signed by an authority of the file; without one, the usual authorities.

    Raises:
        OSError: the file cannot be read, or holds no certificate.
    """
    if insecure:
        _LOG.info("certificates are not looked at")
        return httpx.create_ssl_context(verify=False)
    _LOG.info("trusted are the authorities in %s", ca_file or "the usual place")
    return ssl.create_default_context(cafile=ca_file) if ca_file else httpx.create_ssl_context()


def show_certificate(context: ssl.SSLContext, cert_file: str, key_file: str | None) -> None:
    """Show the certificate to a server that wants one; its key may stand in the same file.

    Raises:
        OSError: a file cannot be read, or holds none, or the key is another's.
        ValueError: the key has a password, which nobody is there to type.
    """
    context.load_cert_chain(cert_file, key_file, password=_nobody)
    _LOG.info("the certificate in %s is shown to a server that wants one", cert_file)


def _nobody() -> bytes:
    raise ValueError("its key has a password")
