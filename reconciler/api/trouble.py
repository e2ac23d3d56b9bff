"""Why a request has had no answer, in words, and what to do about it.

Pure: from an exception of the network to a reason and a hint, for one who is woken by it.
"""

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.api.http import httpx

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})
_TRUST = "name the file of the authority that signed it in PREFECT_API_SSL_CERT_FILE"
_SHOW = "name a certificate and its key in DEPLOY_CLIENT_CERT and DEPLOY_CLIENT_KEY"
_OR_A_CERTIFICATE = ", or does it want a client certificate (DEPLOY_CLIENT_CERT)"  # uvicorn
_PLAIN = 'the server may speak without TLS there: then write "http://"'
_ENCRYPTED = 'the server may speak TLS there: then write "https://"'

# by the number that OpenSSL gives them: what is wrong with a certificate, and what to do
_CERTIFICATES: Mapping[int, tuple[str, str]] = {
    9: ("is not valid yet", "is the clock of this machine right?"),
    10: ("has expired", "it has to be renewed on the server"),
    18: ("is signed by itself, and not trusted here", _TRUST),
    19: ("is signed by an authority that is not trusted here", _TRUST),
    20: ("is signed by an authority that is not known here", _TRUST),
    21: ("is signed by an authority that is not known here", _TRUST),
    23: ("has been revoked", "it has to be renewed on the server"),
    62: ("is for another host", "is the name in the address the one in the certificate?"),
    64: ("is not for this address", "write the host's name instead of its number"),
}

# a part of what OpenSSL calls it
_TLS: tuple[tuple[str, str, str], ...] = (
    ("CERTIFICATE_REQUIRED", "wants a client certificate", _SHOW),
    ("ALERT_UNKNOWN_CA", "does not trust the client certificate", _SHOW),
    ("CERTIFICATE_EXPIRED", "says that the client certificate has expired", _SHOW),
    ("ALERT_BAD_CERTIFICATE", "does not take the client certificate", _SHOW),
    ("CERTIFICATE_UNKNOWN", "does not take the client certificate", _SHOW),
    ("HANDSHAKE_FAILURE", "ended the handshake; it may want a client certificate", _SHOW),
    ("WRONG_VERSION_NUMBER", "does not speak TLS", _PLAIN),
    ("RECORD_LAYER_FAILURE", "does not speak TLS", _PLAIN),
    ("PROTOCOL_VERSION", "speaks no version of TLS that is safe", "it has to be updated"),
    ("UNSUPPORTED_PROTOCOL", "speaks no version of TLS that is safe", "it has to be updated"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way to a server: both read HOST:PORT, and hold nothing secret."""

    server: str
    proxy: str | None = None
    is_encrypted: bool = False

    @property
    def first(self) -> str:
        """Who is connected to, in words."""
        return f"'{self.server}'" if self.proxy is None else f"the proxy '{self.proxy}'"

    @property
    def hint(self) -> str:
        """What to look at if nobody is there."""
        if self.proxy is None:
            return "check the address, and that the server is running"
        host = self.server.rpartition(":")[0]
        return f"check HTTPS_PROXY and HTTP_PROXY; NO_PROXY={host} goes past the proxy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What is in the way, and what to do."""

    reason: str
    hint: str = ""


def was_never_sent(error: httpx.RequestError) -> bool:
    """Whether the server cannot have seen the request."""
    return isinstance(error, _NEVER_SENT) or is_final(error)


def is_final(error: httpx.RequestError) -> bool:
    """Whether asking again is of no use: certificates, addresses, a proxy that says no."""
    if isinstance(error, httpx.ProxyError):
        return str(error).startswith("4")
    if isinstance(error, httpx.UnsupportedProtocol | httpx.LocalProtocolError):
        return True
    return any(_of_tls(cause) is not None for cause in _causes(error))


def explain(error: httpx.RequestError, route: Route) -> Trouble:
    """Why there was no answer."""
    for cause in _causes(error):
        found = _of_certificate(cause, route) or _of_encryption(cause, route)
        found = found or _of_system(cause, route)
        if found is not None:
            return found
    return _of_http(error, route)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """What an exception goes back to, the last first."""
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _causes(each)
    inner = error.__cause__ or error.__context__
    if inner is not None:
        yield from _causes(inner)
    yield error


def _of_certificate(cause: BaseException, route: Route) -> Trouble | None:
    if not isinstance(cause, ssl.SSLCertVerificationError):
        return None
    known = _CERTIFICATES.get(cause.verify_code)
    what, hint = known or ("cannot be trusted", _TRUST)
    told = cause.verify_message
    return Trouble(reason=f"the certificate of '{route.server}' {what} ({told})", hint=hint)


def _of_encryption(cause: BaseException, route: Route) -> Trouble | None:
    found = _of_tls(cause)
    if found is None:
        return None
    what, hint, code = found
    return Trouble(reason=f"'{route.server}' {what} ({code})", hint=hint)


def _of_tls(cause: BaseException) -> tuple[str, str, str] | None:
    """What the other side says in a handshake, what to do, and OpenSSL's word for it."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        return ("has a certificate that cannot be trusted", _TRUST, cause.verify_message)
    if not isinstance(cause, ssl.SSLError) or isinstance(cause, ssl.SSLEOFError):
        return None
    code = cause.reason or ""
    return next(((what, hint, code) for part, what, hint in _TLS if part in code), None)


def _of_system(cause: BaseException, route: Route) -> Trouble | None:
    host = (route.proxy or route.server).rpartition(":")[0]
    if isinstance(cause, socket.gaierror):
        whose = "of the proxy " if route.proxy else ""
        return Trouble(
            reason=f"the name {whose}'{host}' is not known ({cause.strerror})",
            hint="is it spelled right, and is this machine in the network that knows it?"
            if route.proxy is None
            else route.hint,
        )
    if isinstance(cause, ConnectionRefusedError):
        reason = f"{route.first} refuses connections: nothing listens on that port"
        return Trouble(reason=reason, hint=route.hint)
    if isinstance(cause, OSError) and cause.errno in _NO_WAY:
        reason = f"there is no way to {route.first} from here ({cause.strerror})"
        return Trouble(reason=reason, hint=route.hint)
    return None


def _of_http(error: httpx.RequestError, route: Route) -> Trouble:
    told = str(error) or type(error).__name__
    server = f"'{route.server}'"
    match error:
        case httpx.ProxyError():
            return _of_proxy(told, route)
        case httpx.ConnectTimeout():
            reason = f"{route.first} does not answer: no connection within the time limit"
            hint = f"a firewall? {route.hint}"
        case httpx.ReadTimeout() | httpx.WriteTimeout():
            reason = f"{server} took the request, and no answer came in time"
            hint = "the server is overloaded or hangs: see its log"
        case httpx.RemoteProtocolError() if "status line" in told:
            reason, hint = f"{server} answers with something that is not HTTP", _ENCRYPTED
        case httpx.RemoteProtocolError() | httpx.ReadError() | httpx.WriteError():
            reason = f"{server} cut the connection before an answer came ({told})"
            hint = f"was it restarted{_OR_A_CERTIFICATE if route.is_encrypted else ''}? see its log"
        case httpx.UnsupportedProtocol():
            reason, hint = told, 'the address begins with "https://" or "http://"'
        case _:
            reason, hint = told, route.hint
    return Trouble(reason=reason, hint=hint)


def _of_proxy(told: str, route: Route) -> Trouble:
    if told.startswith("407"):
        return Trouble(
            reason=f"{route.first} wants a user and a password, or others ({told})",
            hint="write them into HTTPS_PROXY: http://USER:PASSWORD@HOST:PORT",
        )
    reason = f"{route.first} does not let us through to '{route.server}' ({told})"
    return Trouble(reason=reason, hint=route.hint)
