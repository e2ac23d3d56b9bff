"""A real run through TLS, a client certificate and a proxy that wants a login."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.certificates import Authority, serving
from tests.support.command import Ended, deploy
from tests.support.network import TunnelProxy, tls_before, tunnels
from tests.support.stage import Stage

pytestmark = [pytest.mark.server, pytest.mark.slow]

TWO = """
    stack: shop
    deployments:
      - {name: nightly, entrypoint: "flows.py:load", schedule: {cron: "0 3 * * *"}}
      - {name: weekly, entrypoint: "flows.py:load"}
"""
URL = "https://prefect.test/dashboard"  # as it stands in the browser


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """A stage whose server is reached in one way only."""

    stage: Stage
    proxy: TunnelProxy
    environment: dict[str, str]

    def run(self, *arguments: str, without: str = "", **instead: str) -> Ended:
        """Run the command as somebody who has been told all of it, but for one thing."""
        told = {**self.environment, **instead}
        told.pop(without, None)
        return deploy(self.stage.folder, *arguments, url=URL, environment=told)


@pytest.fixture
def secured(stage: Stage, tmp_path: Path) -> Iterator[Secured]:
    ours = Authority(tmp_path, "ours")
    server, person = ours.sign("server", ["prefect.test"]), ours.sign("person")
    context = serving(server, clients_of=ours)
    with ExitStack() as stack:
        port = stack.enter_context(tls_before(stage.proxy.server_port, context))
        ways = {"prefect.test:443": port}
        proxy = stack.enter_context(tunnels(ways, login="ada:hunter2@home"))
        yield Secured(
            stage=stage,
            proxy=proxy,
            environment={
                "HTTPS_PROXY": f"http://ada:hunter2%40home@127.0.0.1:{proxy.port}",
                "PREFECT_API_SSL_CERT_FILE": str(ours.file),
                "DEPLOY_CLIENT_CERT": str(person.cert_file),
                "DEPLOY_CLIENT_KEY": str(person.key_file),
            },
        )


def test_a_plan_and_an_apply_go_through_tls_and_a_proxy(secured: Secured) -> None:
    secured.stage.write(TWO)

    applied = secured.run("-vv")
    planned = secured.run("plan", "--detailed-exitcode")

    assert applied.code == 0, applied.text
    assert planned.code == 0, planned.text
    assert set(secured.stage.deployments()) == {"load/nightly", "load/weekly"}
    assert {place for place, _ in secured.proxy.asked} == {"prefect.test:443"}
    assert applied.stderr.startswith("server: https://prefect.test/api (PREFECT_API_URL)\n")
    assert f"by way of the proxy 127.0.0.1:{secured.proxy.port}" in applied.stderr
    assert "hunter2" not in applied.text + planned.text


@pytest.mark.parametrize(
    ("without", "told"),
    [
        ("DEPLOY_CLIENT_CERT", "DEPLOY_CLIENT_KEY names a key without a certificate"),
        ("PREFECT_API_SSL_CERT_FILE", "is signed by an authority that is not"),
        ("HTTPS_PROXY", "the name 'prefect.test' is not known"),
    ],
)
def test_what_was_not_told_is_named(without: str, told: str, secured: Secured) -> None:
    secured.stage.write(TWO)

    ended = secured.run("plan", without=without, SSL_CERT_FILE="")

    assert ended.code == 1
    assert told in ended.stderr
    assert " = hint: " in ended.stderr
    assert "hunter2" not in ended.text
    assert secured.stage.writes == []


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("PREFECT_API_SSL_CERT_FILE", None, "No such file or directory"),
        ("PREFECT_API_SSL_CERT_FILE", "no certificate", "cannot be used"),
        ("DEPLOY_CLIENT_CERT", None, "No such file or directory"),
        ("DEPLOY_CLIENT_CERT", "no certificate", "cannot be used"),
    ],
)
def test_a_file_that_is_no_certificate_is_named(
    name: str, content: str | None, reason: str, secured: Secured, tmp_path: Path
) -> None:
    secured.stage.write(TWO)
    file = tmp_path / "odd.pem"
    if content is not None:
        file.write_text(content)

    ended = secured.run("plan", **{name: str(file)})

    assert ended.code == 1
    assert f"error: the certificate file {str(file)!r} cannot be used" in ended.stderr
    assert reason in ended.stderr
