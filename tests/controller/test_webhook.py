"""What forges deliver: by their own signatures, and only once."""

import hashlib
import hmac
import json

import pytest

from controller.webhook import FORGES, Delivery, Seen, repositories_in

SECRET = b"a-webhook-secret"
BODY = b'{"ref": "refs/heads/main"}'
SIGNATURE = hmac.new(SECRET, BODY, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("forge", "headers", "is_signed"),
    [
        ("github", {"x-hub-signature-256": f"sha256={SIGNATURE}"}, True),
        ("github", {"x-hub-signature-256": SIGNATURE}, False),
        ("github", {"x-hub-signature-256": f"sha256={SIGNATURE[:-1]}"}, False),
        ("github", {"x-hub-signature-256": "sha256=ä"}, False),
        ("github", {"x-gitea-signature": SIGNATURE}, False),
        ("github", {}, False),
        ("gitea", {"x-gitea-signature": SIGNATURE}, True),
        ("gitea", {"x-gitea-signature": ""}, False),
        ("gitlab", {"x-gitlab-token": SECRET.decode()}, True),
        ("gitlab", {"x-gitlab-token": ""}, False),
        ("gitlab", {}, False),
    ],
)
def test_only_who_knows_the_secret_is_believed(
    forge: str, headers: dict[str, str], *, is_signed: bool
) -> None:
    delivery = Delivery(headers=headers, body=BODY)

    assert FORGES[forge].is_signed(delivery, SECRET) is is_signed


def test_a_delivery_is_taken_once_whatever_it_is_called() -> None:
    seen, forge = Seen(), FORGES["github"]
    first = Delivery(headers={"x-github-delivery": "1"}, body=b"one")
    same_body = Delivery(headers={"x-github-delivery": "2"}, body=b"one")
    same_name = Delivery(headers={"x-github-delivery": "1"}, body=b"two")
    other = Delivery(headers={"x-github-delivery": "3"}, body=b"three")

    taken = [seen.is_new(forge, each) for each in (first, first, same_body, same_name, other)]

    assert taken == [True, False, False, False, True]


def test_what_is_remembered_has_an_end() -> None:
    seen, forge = Seen(), FORGES["github"]

    for number in range(12_000):
        seen.is_new(forge, Delivery(headers={}, body=str(number).encode()))

    assert not seen.is_new(forge, Delivery(headers={}, body=b"11999"))
    assert seen.is_new(forge, Delivery(headers={}, body=b"0"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            {"repository": {"clone_url": "https://h/a.git", "ssh_url": "git@h:a.git", "url": 5}},
            {"h/a"},
        ),
        ({"project": {"git_http_url": "https://h/team/b.git"}}, {"h/team/b"}),
        ({"repository": None}, set()),
        ([], set()),
    ],
    ids=["github", "gitlab", "nothing", "a list"],
)
def test_a_delivery_names_its_repositories(said: object, expected: set[str]) -> None:
    assert repositories_in(json.dumps(said).encode()) == frozenset(expected)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_none(body: bytes) -> None:
    assert repositories_in(body) is None
