"""What stands in a browser leads to the API behind it."""

import pytest

from deploy.address import api_address, login_in, without_login
from deploy.complaint import Complaint

ACCOUNT, WORKSPACE = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
OF_WORKSPACE = f"https://api.prefect.cloud/api/accounts/{ACCOUNT}/workspaces/{WORKSPACE}"


@pytest.mark.parametrize(
    ("written", "api"),
    [
        ("http://127.0.0.1:4200/api", "http://127.0.0.1:4200/api"),
        ("http://127.0.0.1:4200/api/", "http://127.0.0.1:4200/api"),
        (" https://prefect.test/api\n", "https://prefect.test/api"),
        ("http://127.0.0.1:4200", "http://127.0.0.1:4200/api"),
        ("http://127.0.0.1:4200/", "http://127.0.0.1:4200/api"),
        ("http://127.0.0.1:4200/dashboard", "http://127.0.0.1:4200/api"),
        ("http://[::1]:4200/dashboard", "http://[::1]:4200/api"),
        ("http://prefect.test/deployments/deployment/1?tab=runs#x", "http://prefect.test/api"),
        ("https://prefect.test/team/runs", "https://prefect.test/team/api"),
        ("https://prefect.test/api/docs", "https://prefect.test/api"),
        ("https://prefect.test/team/api", "https://prefect.test/team/api"),
        ("https://prefect.test/orion", "https://prefect.test/orion"),
        ("https://user:word@prefect.test/flows", "https://user:word@prefect.test/api"),
        (OF_WORKSPACE, OF_WORKSPACE),
        (f"https://app.prefect.cloud/account/{ACCOUNT}/workspace/{WORKSPACE}", OF_WORKSPACE),
        (
            f"https://app.prefect.cloud/account/{ACCOUNT}/workspace/{WORKSPACE}/runs?g=1",
            OF_WORKSPACE,
        ),
        (
            f"https://app.stg.prefect.dev/account/{ACCOUNT}/workspace/{WORKSPACE}/dashboard",
            OF_WORKSPACE.replace("prefect.cloud", "stg.prefect.dev"),
        ),
        (
            f"https://app.prefect.cloud.evil.test/account/{ACCOUNT}/workspace/{WORKSPACE}/flows",
            f"https://app.prefect.cloud.evil.test/account/{ACCOUNT}/workspace/{WORKSPACE}/api",
        ),
    ],
)
def test_an_address_leads_to_the_api(written: str, api: str) -> None:
    assert api_address(written, "PREFECT_API_URL") == api


@pytest.mark.parametrize(
    "written", ["", "prefect.test/api", "prefect.test:4200/api", "ftp://x/api", "http://[::1/api"]
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(Complaint) as refused:
        api_address(written, "PREFECT_API_URL")

    assert str(refused.value) == "the server's address (PREFECT_API_URL) is none"


@pytest.mark.parametrize(
    "written",
    ["https://app.prefect.cloud/", "https://api.prefect.cloud/api", "http://app.prefect.cloud/my"],
)
def test_a_cloud_without_a_workspace_is_refused(written: str) -> None:
    with pytest.raises(Complaint, match="names no workspace"):
        api_address(written, "--api-url")


@pytest.mark.parametrize(
    ("address", "login", "shown"),
    [
        ("http://ada:pass%40word@prefect.test/api", "ada:pass@word", "http://prefect.test/api"),
        ("http://ada@prefect.test/api", None, "http://prefect.test/api"),
        ("http://prefect.test/api", None, "http://prefect.test/api"),
        ("http://[::1", None, "http://[::1"),
    ],
)
def test_a_login_is_taken_out(address: str, login: str | None, shown: str) -> None:
    assert without_login(address) == shown
    if "[" not in address:
        assert login_in(address) == login
