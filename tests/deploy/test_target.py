"""Which server: the options, the environment, the profile; and in a pipeline never a guess."""

import base64
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.complaint import Complaint
from deploy.target import Target, proxy_secrets, resolve
from tests.support.command import deploy
from tests.support.listener import listening
from tests.support.live_server import run_server

PROFILES = """
active = "here"

[profiles.here]
PREFECT_API_URL = "http://here.test/api"
PREFECT_API_KEY = "key-of-here"

[profiles.there]
PREFECT_API_URL = "http://there.test/api"
PREFECT_API_AUTH_STRING = "there:password"

[profiles.nowhere]
PREFECT_API_KEY = "key-of-nowhere"
"""
ENVIRONMENT = {"PREFECT_API_URL": "http://environment.test/api"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "prefect-home"
    home.mkdir()
    (home / "profiles.toml").write_text(PROFILES, encoding="utf-8")
    return home


def target(home: Path, environ: Mapping[str, str], **options: str) -> Target:
    return resolve({"PREFECT_HOME": str(home), **environ}, **options)


@pytest.mark.parametrize(
    ("environ", "options", "url", "source"),
    [
        (
            ENVIRONMENT,
            {"api_url": "http://option.test/api", "profile": "there"},
            "http://option.test/api",
            "--api-url",
        ),
        (ENVIRONMENT, {"profile": "there"}, "http://there.test/api", "--profile there"),
        (
            {**ENVIRONMENT, "PREFECT_PROFILE": "there"},
            {},
            "http://environment.test/api",
            "PREFECT_API_URL",
        ),
        ({"PREFECT_PROFILE": "there"}, {}, "http://there.test/api", "profile 'there'"),
        ({}, {}, "http://here.test/api", "profile 'here'"),
    ],
    ids=["--api-url", "--profile", "PREFECT_API_URL", "PREFECT_PROFILE", "active profile"],
)
def test_the_first_that_names_a_server_wins(
    environ: dict[str, str], options: dict[str, str], url: str, source: str, home: Path
) -> None:
    found = target(home, environ, **options)

    assert (found.url, found.source) == (url, source)


def test_a_profile_without_a_server_leaves_the_embedded_one(home: Path) -> None:
    found = target(home, {"PREFECT_PROFILE": "nowhere"})

    assert found.url is None
    assert found.database == str(home / "prefect.db")


def test_a_profiles_credentials_go_to_its_own_server(home: Path) -> None:
    assert target(home, {}).api_key == "key-of-here"
    assert target(home, {}, profile="there").auth_string == "there:password"


@pytest.mark.parametrize(
    ("environ", "options"),
    [
        (ENVIRONMENT, {}),
        ({}, {"api_url": "http://elsewhere.test/api"}),
        ({}, {"api_url": "http://here.test:8080/api"}),
    ],
    ids=["PREFECT_API_URL", "--api-url", "another port"],
)
def test_a_profiles_credentials_stay_at_home(
    environ: dict[str, str], options: dict[str, str], home: Path
) -> None:
    found = target(home, environ, **options)

    assert (found.api_key, found.auth_string) == (None, None)


def test_a_profile_without_an_address_is_nobodys_business(tmp_path: Path) -> None:
    text = 'active = "a"\n[profiles.a]\nPREFECT_API_URL = "nonsense"\nPREFECT_API_KEY = "key"\n'
    (tmp_path / "profiles.toml").write_text(text, encoding="utf-8")

    found = target(tmp_path, ENVIRONMENT)

    assert (found.url, found.api_key) == (ENVIRONMENT["PREFECT_API_URL"], None)


def test_the_environments_key_wins_over_the_profiles(home: Path) -> None:
    assert target(home, {"PREFECT_API_KEY": "key-of-environment"}).api_key == "key-of-environment"


def test_a_named_profile_ignores_the_environments_key(home: Path) -> None:
    environ = {**ENVIRONMENT, "PREFECT_API_KEY": "key-of-environment"}

    found = target(home, environ, profile="there")

    assert (found.api_key, found.auth_string) == (None, "there:password")


@pytest.mark.parametrize(
    ("environ", "login"),
    [
        ({}, "ada:word"),
        ({"PREFECT_API_KEY": "key"}, None),
        ({"PREFECT_API_AUTH_STRING": "bob:other"}, "bob:other"),
    ],
    ids=["alone", "with a key", "with another"],
)
def test_a_login_in_the_address_is_used_if_there_is_no_other(
    environ: dict[str, str], login: str | None, tmp_path: Path
) -> None:
    found = target(tmp_path, environ, api_url="http://ada:word@here.test/api")

    assert (found.url, found.auth_string) == ("http://here.test/api", login)


@pytest.mark.parametrize(
    ("environ", "ca_file"),
    [
        ({}, None),
        ({"SSL_CERT_FILE": "usual.pem"}, "usual.pem"),
        ({"SSL_CERT_FILE": "usual.pem", "PREFECT_API_SSL_CERT_FILE": "ours.pem"}, "ours.pem"),
    ],
    ids=["neither", "SSL_CERT_FILE", "both"],
)
@pytest.mark.parametrize("options", [{}, {"profile": "there"}], ids=["", "a profile"])
def test_authorities_come_from_a_file(
    environ: dict[str, str], ca_file: str | None, options: dict[str, str], home: Path
) -> None:
    found = target(home, environ, **options)

    expected = "usual.pem" if options and environ else ca_file
    assert found.ca_file == expected


@pytest.mark.parametrize(
    ("url", "insecure", "told"),
    [
        (
            "https://a.test/api",
            "true",
            "https://a.test/api (--api-url); its certificate is not looked at",
        ),
        ("https://a.test/api", "", "https://a.test/api (--api-url)"),
        ("http://a.test/api", "1", "http://a.test/api (--api-url)"),
    ],
)
def test_it_is_told_that_nobody_looks_at_a_certificate(
    url: str, insecure: str, told: str, tmp_path: Path
) -> None:
    environ = {"PREFECT_API_TLS_INSECURE_SKIP_VERIFY": insecure}

    assert str(target(tmp_path, environ, api_url=url)) == told


def test_a_client_certificate_is_named_by_the_environment(home: Path) -> None:
    environ = {"DEPLOY_CLIENT_CERT": "me.pem", "DEPLOY_CLIENT_KEY": "me.key"}

    found = target(home, environ, profile="there")

    assert (found.cert_file, found.key_file) == ("me.pem", "me.key")


@pytest.mark.parametrize(
    ("pinned", "is_there"),
    [
        ("http://here.test/api", True),
        ("http://here.test", True),
        ("http://here.test/dashboard/", True),
        ("http://ada:word@here.test/api", True),
        ("http://there.test/api", False),
        ("here.test/api", False),
        ("embedded", False),
    ],
)
def test_a_server_is_known_under_all_its_addresses(
    pinned: str, home: Path, *, is_there: bool
) -> None:
    assert target(home, {}).is_at(pinned) is is_there


def test_passwords_of_proxies_are_secrets() -> None:
    environ = {
        "HTTPS_PROXY": "http://ada:pass%40word@proxy.test:3128",
        "http_proxy": "bob:other@proxy.test",
        "NO_PROXY": "localhost",
        "ALL_PROXY": "http://proxy.test",
    }

    assert proxy_secrets(environ) == ("pass%40word", "pass@word", "other", "other")


@pytest.mark.parametrize("ci", ["1", "true", "woodpecker"])
def test_a_pipeline_that_names_no_server_is_refused(ci: str, tmp_path: Path) -> None:
    with pytest.raises(Complaint, match="no server is named"):
        target(tmp_path, {"CI": ci})


@pytest.mark.parametrize("ci", ["", "0", "false", "FALSE", "no"])
def test_what_is_no_pipeline_may_use_the_embedded_server(ci: str, tmp_path: Path) -> None:
    assert target(tmp_path, {"CI": ci}).url is None


def test_a_pipeline_may_name_the_embedded_server(tmp_path: Path) -> None:
    assert target(tmp_path, {"CI": "1"}, api_url="embedded").url is None


def test_a_refused_pipeline_leaves_nothing_behind(folder: Path) -> None:
    before = set(folder.parent.rglob("*"))

    ended = deploy(folder, environment={"CI": "true"})

    assert ended.code == 1
    assert ended.stderr == (
        "error: no server is named, and this is a pipeline (CI is set)\n"
        " = hint: set PREFECT_API_URL, or say --api-url embedded if you mean it\n"
    )
    assert set(folder.parent.rglob("*")) == before


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"PREFECT_API_KEY": "pnu_abc"}, "Bearer pnu_abc"),
        (
            {"PREFECT_API_AUTH_STRING": "admin:pass:word"},
            "Basic " + base64.b64encode(b"admin:pass:word").decode(),
        ),
        (
            {"PREFECT_API_AUTH_STRING": "admin:word", "PREFECT_API_KEY": "pnu_abc"},
            "Basic " + base64.b64encode(b"admin:word").decode(),
        ),
    ],
    ids=["a key", "a user and password", "both"],
)
def test_credentials_are_sent(given: dict[str, str], sent: str, folder: Path) -> None:
    with listening(404) as server:
        deploy(folder, "plan", url=server.url, environment=given)

    assert {headers["Authorization"] for headers in server.heard} == {sent}


def test_custom_headers_are_sent(folder: Path) -> None:
    given = {"PREFECT_CLIENT_CUSTOM_HEADERS": '{"X-Tenant": "shop"}'}
    with listening(404) as server:
        deploy(folder, "plan", url=server.url, environment=given)

    assert {headers["X-Tenant"] for headers in server.heard} == {"shop"}


def test_no_credentials_reach_another_server(folder: Path, home: Path) -> None:
    assert home == Path(os.environ["PREFECT_HOME"])
    with listening(404) as server:
        deploy(folder, "plan", "--api-url", server.url)

    assert server.heard
    assert {headers["Authorization"] for headers in server.heard} == {None}


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.own_prefect("the embedded server is that of the tool's own environment")
def test_the_embedded_server_keeps_what_prefect_server_shows(
    folder: Path, template: Path, tmp_path: Path
) -> None:
    import shutil

    import httpx

    home = tmp_path / "prefect-home"
    home.mkdir()
    shutil.copy(template, home / "prefect.db")

    ended = deploy(folder)

    told = f"server: the embedded server, database {home / 'prefect.db'} (no server is named)\n"
    assert ended.code == 0, ended.text
    assert ended.stderr.startswith(told)
    assert ended.stdout.endswith("1 done\n")
    with run_server(home, home / "prefect.db", environment={}) as server:
        found = httpx.post(f"{server.url}/deployments/filter", json={}).json()
    assert [each["name"] for each in found] == ["nightly"]
