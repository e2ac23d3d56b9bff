"""What Git is told of the world, and what of Git the world is told."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reconciler.gitops.git_process import checked_url, environment
from reconciler.gitops.refusal import NotFetched, Why, refusal, without_credentials
from reconciler.gitops.repositories import Surroundings, mirror_of, parse_ref, resolve
from tests.support.repository import git

TOKEN = "hunter2-of-Ada"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/shop/flows.git",
        "https://example.com:8443/shop/flows",
        "http://localhost:8080/flows.git",
        "ssh://git@example.com:2222/shop/flows.git",
        "file:///srv/git/flows.git",
    ],
)
def test_addresses_that_git_is_asked_for(url: str) -> None:
    assert checked_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/flows.git",
        "git@example.com:shop/flows.git",
        "ext::sh -c id",
        "git://example.com/flows.git",
        "--upload-pack=id",
        "ssh://-oProxyCommand=id/flows.git",
        "https:///flows.git",
        "https://example.com:port/flows.git",
        "https://[::1/flows.git",
        "file://host/flows.git",
        "https://example.com/flows.git?x=1",
        "https://example.com/a b.git",
        "https://example.com/a\nb.git",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(NotFetched) as raised:
        checked_url(url)

    assert raised.value.why is Why.NO_ADDRESS
    assert "is no address of a repository" in str(raised.value)
    assert "ssh://git@host/repository.git" in (raised.value.hint or "")


@pytest.mark.parametrize(
    "url",
    ["https://ada:hunter2@example.com/x", "https://hunter2@example.com/x", "ssh://g:hunter2@h/x"],
)
def test_credentials_in_an_address_are_refused(url: str) -> None:
    with pytest.raises(NotFetched) as raised:
        checked_url(url)

    assert raised.value.why is Why.NO_ADDRESS
    assert "DEPLOY_GIT_TOKEN" in (raised.value.hint or "")
    assert "hunter2" not in str(raised.value)


def settings(environ: dict[str, str]) -> dict[str, str]:
    """The settings that are told through the environment."""
    count = int(environ["GIT_CONFIG_COUNT"])
    return {environ[f"GIT_CONFIG_KEY_{n}"]: environ[f"GIT_CONFIG_VALUE_{n}"] for n in range(count)}


def test_a_token_is_for_the_host_of_the_address() -> None:
    made = environment("https://example.com/x.git", {"DEPLOY_GIT_TOKEN": TOKEN})

    told = settings(made)
    assert "credential.https://example.com.helper" in told
    assert told["credential.helper"] == ""
    assert TOKEN not in "".join(told.values())
    assert (made["DEPLOY_GIT_TOKEN"], made["DEPLOY_GIT_USERNAME"]) == (TOKEN, "git")


@pytest.mark.parametrize(
    "url", ["http://example.com/x.git", "ssh://git@example.com/x.git", "file:///x.git"]
)
def test_a_token_goes_only_where_it_is_safe(url: str) -> None:
    made = environment(url, {"DEPLOY_GIT_TOKEN": TOKEN, "DEPLOY_GIT_USERNAME": "ada"})

    assert TOKEN not in made.values()
    assert not [key for key in settings(made) if key.startswith("credential")]


def test_settings_of_the_environment_stay() -> None:
    before = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.proxy",
        "GIT_CONFIG_VALUE_0": "http://proxy:3128",
    }

    made = environment("https://example.com/x.git", before)

    assert settings(made)["http.proxy"] == "http://proxy:3128"
    assert settings(made)["http.followRedirects"] == "false"


def test_the_repository_of_a_hook_is_not_meant() -> None:
    made = environment("file:///x.git", {"GIT_DIR": "/y", "GIT_INDEX_FILE": "/z", "GIT_TRACE": "1"})

    assert not {"GIT_DIR", "GIT_INDEX_FILE", "GIT_TRACE"} & made.keys()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"GIT_SSH_COMMAND": "ssh -i key"}, "ssh -i key -o BatchMode=yes"),
        ({"GIT_SSH_COMMAND": "plink.exe"}, "plink.exe"),
        ({"GIT_SSH": "/opt/ssh"}, None),
    ],
)
def test_ssh_is_run_as_the_user_has_it(given: dict[str, str], expected: str | None) -> None:
    made = environment("ssh://git@example.com/x.git", given)

    assert made.get("GIT_SSH_COMMAND") == expected


def test_ssh_is_run_as_git_is_set_up(tmp_path: Path) -> None:
    (tmp_path / ".gitconfig").write_text("[core]\n\tsshCommand = ssh -i /keys/ada\n")

    made = environment(
        "ssh://git@example.com/x.git", {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    )

    assert made["GIT_SSH_COMMAND"] == "ssh -i /keys/ada -o BatchMode=yes"


def test_ssh_reaches_a_repository_without_asking(url: str, clone: Path, tmp_path: Path) -> None:
    # There is no SSH server here: a program stands for the way to one, and runs what it is told.
    program = tmp_path / "way"
    program.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/said\nfor last; do :; done\neval "$last"\n'
    )
    program.chmod(0o755)
    within = Surroundings(environ={"PATH": os.environ["PATH"], "GIT_SSH_COMMAND": str(program)})

    id = resolve(f"ssh://git@host{url.removeprefix('file://')}", parse_ref("main"), within)

    assert id == git(clone, "rev-parse", "HEAD")
    assert "-o BatchMode=yes" in (tmp_path / "said").read_text()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("git@h: Permission denied (publickey).", Why.REFUSED),
        ("Host key verification failed.", Why.REFUSED),
        ("fatal: Authentication failed for 'https://h/x/'", Why.REFUSED),
        ("fatal: could not read Username for 'https://h': terminal prompts disabled", Why.REFUSED),
        (
            "fatal: unable to access 'https://h/x/': The requested URL returned error: 403",
            Why.REFUSED,
        ),
        ("remote: Repository not found.\nfatal: repository 'x' not found", Why.NO_SUCH_REPOSITORY),
        ("ERROR: The project you were looking for could not be found.", Why.NO_SUCH_REPOSITORY),
        (
            "fatal: unable to access 'https://h/': The requested URL returned error: 500",
            Why.UNREACHABLE,
        ),
        ("ssh: connect to host h port 22: Connection timed out", Why.TOO_SLOW),
        ("fatal: unable to access 'https://h/': SSL certificate problem", Why.UNREACHABLE),
        ("fatal: something else", Why.BROKEN),
    ],
)
def test_what_git_says_has_a_reason(said: str, why: Why) -> None:
    refused = refusal(said, "https://h/x")

    assert refused.why is why
    assert "\n" not in str(refused)
    assert str(refused).startswith("https://h/x: ")


def test_what_ssh_draws_a_frame_around_is_told_without_it() -> None:
    said = """@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
Permissions 0644 for '/run/secrets/a-key-with-a-rather-long-name-in-a-folder' are too open.
It is required that your private key files are NOT accessible by others.
This private key will be ignored.
Load key "/run/secrets/a-key-with-a-rather-long-name-in-a-folder": bad permissions
git@git.example.com: Permission denied (publickey)."""

    told = str(refusal(said, "ssh://git.example.com/x"))

    assert "@@" not in told
    assert "x: WARNING: UNPROTECTED PRIVATE KEY FILE! Permissions 0644 for" in told
    assert told.endswith("git@git.example.com: Permission denied (publickey).")
    assert len(told) < 350


def test_no_credential_is_left_in_a_message() -> None:
    said = f"https://a:b@h/ \x1b[31m Authorization: Basic c2VjcmV0 {TOKEN}\nproxy http://u:p@proxy"

    assert without_credentials(said, [TOKEN, ""]) == (
        "https://h/ [31m Authorization: *** *** proxy http://proxy"
    )


def test_a_mirror_is_called_like_its_repository(tmp_path: Path) -> None:
    one = mirror_of("ssh://git@example.com/shop/flows.git", tmp_path)
    other = mirror_of("ssh://git@example.com/etl/flows.git", tmp_path)

    assert one.name.startswith("flows-")
    assert one != other
    assert one == mirror_of("ssh://ada@example.com/shop/flows.git", tmp_path)


def test_processes_share_a_mirror(url: str, clone: Path, tmp_path: Path) -> None:
    mirror = mirror_of(url, tmp_path / "cache")
    program = (
        "import sys; from pathlib import Path; from reconciler.gitops import repositories as r\n"
        "r.fetch(sys.argv[1], sys.argv[2], Path(sys.argv[3]))"
    )
    ids = git(clone, "rev-list", "HEAD").split()

    started = [
        subprocess.Popen([sys.executable, "-c", program, url, id, str(mirror)])
        for id in (*ids, *ids)
    ]

    assert [each.wait(60) for each in started] == [0, 0, 0, 0]
    assert sorted(git(mirror, "rev-list", "--all").split()) == sorted(ids)


def test_a_git_that_is_too_old_is_not_told_anything(tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\necho git version 2.30.2\n")
    program.chmod(0o755)

    with pytest.raises(NotFetched, match="is too old to be told") as raised:
        resolve("file:///x.git", parse_ref("main"), Surroundings(environ={"PATH": str(tmp_path)}))

    assert raised.value.hint == "install Git 2.31 or newer"
