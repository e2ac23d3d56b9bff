"""Which server a run talks to, and where that was said.

In this order: the options, the environment, the active Prefect profile; and only
if none of them names a server, the embedded one.  In a pipeline that is an error:
a job that lost its address must not succeed into a throw-away database.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from deploy.address import api_address, host_of, login_in, without_login
from deploy.complaint import Complaint

EMBEDDED = "embedded"
_MEND_PROFILES = "mend the file, or say --api-url and use no profile"
_OFF = frozenset({"", "0", "false", "no"})
_DATABASE_KEYS = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A server and the way in.

    `url` is None for the embedded server, `database` is then the place of its
    database.  `source` says who chose it.  `ca_file` is a bundle of authorities
    to trust; with `insecure` a certificate is not looked at.  `cert_file` and `key_file`
    are shown to a server that wants a client certificate.
    """

    url: str | None
    source: str
    database: str | None = None
    api_key: str | None = field(default=None, repr=False)
    auth_string: str | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    insecure: bool = False

    @property
    def name(self) -> str:
        """The address as it may be shown."""
        return EMBEDDED if self.url is None else without_login(self.url)

    def is_at(self, url: str) -> bool:
        """Whether it is the server that `url`, or "embedded", names."""
        if EMBEDDED in (url, self.name):
            return self.name == url
        try:
            return self.name == without_login(api_address(url, "server:"))
        except Complaint:  # no address of a server is none of this one
            return False

    def secrets(self) -> tuple[str, ...]:
        """What must not be shown."""
        said = (self.api_key, self.auth_string, *self.headers.values())
        password = (self.auth_string or "").partition(":")[2]
        return tuple(each for each in (*said, password) if each)

    def __str__(self) -> str:
        if self.url is None:
            return f"the embedded server, database {self.database} ({self.source})"
        unseen = "; its certificate is not looked at" if self._is_unseen else ""
        return f"{self.name} ({self.source}){unseen}"

    @property
    def is_encrypted(self) -> bool:
        """Whether it shows a certificate."""
        return self.url is not None and self.url.startswith("https:")

    @property
    def _is_unseen(self) -> bool:
        return self.insecure and self.is_encrypted


def resolve(
    environ: Mapping[str, str], *, api_url: str | None = None, profile: str | None = None
) -> Target:
    """The server that options, environment and profile lead to.

    Raises:
        Complaint: a profile does not exist or cannot be read, or nothing names a
            server and this is a pipeline.
    """
    if api_url == "" or profile == "":
        raise Complaint("--api-url and --profile need a value", hint="is the variable set?")
    home = Path(environ.get("PREFECT_HOME") or Path("~/.prefect").expanduser())
    named = profile or environ.get("PREFECT_PROFILE")
    profile_name, settings = _profile(home, named)
    if api_url == EMBEDDED:
        return _embedded(environ, home, "--api-url")
    server = partial(_server, environ=environ)
    if api_url:
        return server(api_url, "--api-url", environ, settings)
    from_profile = settings.get("PREFECT_API_URL")
    if profile and from_profile:
        return server(from_profile, f"--profile {profile}", settings, {})
    if not profile and environ.get("PREFECT_API_URL"):
        return server(environ["PREFECT_API_URL"], "PREFECT_API_URL", environ, settings)
    if from_profile:
        return server(from_profile, f"profile {profile_name!r}", environ, settings)
    if environ.get("CI", "").lower() not in _OFF:
        raise Complaint(
            "no server is named, and this is a pipeline (CI is set)",
            hint="set PREFECT_API_URL, or say --api-url embedded if you mean it",
        )
    return _embedded(environ, home, "no server is named")


def _profile(home: Path, named: str | None) -> tuple[str | None, Mapping[str, str]]:
    """Name and settings of the profile in force; nothing if there are no profiles."""
    path = Path(home, "profiles.toml")
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        written = {}
    except (OSError, ValueError) as error:
        message = f"the Prefect profiles in {path} cannot be read: {error}"
        raise Complaint(message, hint=_MEND_PROFILES) from error
    profiles = _table(written.get("profiles", {}), "profiles", path)
    name = named or str(written.get("active", ""))
    if named and named not in profiles and named not in {"ephemeral", "default"}:
        known = ", ".join(sorted(profiles)) or "none"
        raise Complaint(f"there is no Prefect profile {named!r}", hint=f"there are: {known}")
    settings = _table(profiles.get(name, {}), f"profiles.{name}", path)
    return name, {key: str(value) for key, value in settings.items()}


def _table(value: object, name: str, path: Path) -> Mapping[str, object]:
    if not isinstance(value, dict):
        message = f"the Prefect profiles in {path} cannot be read: {name!r} is no table"
        raise Complaint(message, hint=_MEND_PROFILES)
    return value


def _server(
    written: str,
    source: str,
    first: Mapping[str, str],
    second: Mapping[str, str],
    *,
    environ: Mapping[str, str],
) -> Target:
    """A server at `written`; settings come from `first`, then `second`.

    A profile's credentials are for that profile's server: they are not sent to
    another host.  What is not Prefect's comes from the environment in any case.
    """
    address = api_address(written, source)
    elsewhere = second.get("PREFECT_API_URL")
    if elsewhere and not _is_same_host(elsewhere, address):
        second = {}
    settings = {**second, **{key: value for key, value in first.items() if value}}
    api_key, auth_string = settings.get("PREFECT_API_KEY"), settings.get("PREFECT_API_AUTH_STRING")
    return Target(
        url=without_login(address),
        source=source,
        api_key=api_key,
        auth_string=auth_string or (None if api_key else login_in(address)),
        headers=_headers(settings.get("PREFECT_CLIENT_CUSTOM_HEADERS")),
        ca_file=settings.get("PREFECT_API_SSL_CERT_FILE") or environ.get("SSL_CERT_FILE") or None,
        cert_file=environ.get("DEPLOY_CLIENT_CERT") or None,
        key_file=environ.get("DEPLOY_CLIENT_KEY") or None,
        insecure=settings.get("PREFECT_API_TLS_INSECURE_SKIP_VERIFY", "").lower() not in _OFF,
    )


def _is_same_host(written: str, address: str) -> bool:
    try:
        return host_of(api_address(written, "a profile")) == host_of(address)
    except Complaint:  # it is not asked for, and so nobody's business now
        return False


def _headers(written: str | None) -> dict[str, str]:
    if not written:
        return {}
    try:
        headers = json.loads(written)
    except ValueError:
        headers = None
    if not isinstance(headers, dict):
        message = "PREFECT_CLIENT_CUSTOM_HEADERS is no JSON object"
        raise Complaint(message, hint='write {"Name": "value"}')
    return {str(name): str(value) for name, value in headers.items()}


def _embedded(environ: Mapping[str, str], home: Path, source: str) -> Target:
    given = next((environ[key] for key in _DATABASE_KEYS if environ.get(key)), None)
    database = str(home / "prefect.db") if given is None else without_login(given)
    return Target(url=None, source=source, database=database)


def proxy_secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The passwords of proxies that the environment names."""
    proxies = (value for name, value in environ.items() if name.lower().endswith("_proxy"))
    logins = (value.rpartition("@")[0].rpartition("/")[2] for value in proxies)
    passwords = (login.partition(":")[2] for login in logins)
    return tuple(spelling for each in passwords if each for spelling in (each, unquote(each)))
