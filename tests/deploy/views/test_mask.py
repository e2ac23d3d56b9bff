"""Secrets in what is shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.desired.json import Json
from compiler.desired.secret_shape import is_secret_name
from deploy.views.mask import Mask, quoted, secret_values, secrets_in


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "DB_PASSWORD",
        "api_key",
        "apiKey",
        "token",
        "AWS_SECRET_ACCESS_KEY",
        "auth_string",
    ],
)
def test_these_names_say_secret(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["rows", "key", "keyboard", "passenger", "region", "author_id"])
def test_these_names_do_not(name: str) -> None:
    assert not is_secret_name(name)


def test_a_secret_is_hidden_by_its_field_however_short() -> None:
    assert Mask().value({"password": "x", "rows": 1}) == {"password": "(secret)", "rows": 1}


def test_everything_below_a_secret_name_is_hidden() -> None:
    assert Mask().value({"credentials": {"user": ["u"]}}) == {"credentials": {"user": ["(secret)"]}}


def test_a_reference_is_no_secret() -> None:
    reference = "{{ prefect.blocks.secret.token }}"

    assert Mask().value({"token": reference}) == {"token": reference}


def test_equal_values_have_equal_masks() -> None:
    mask = Mask(["hunter2", "hunter3"])

    assert mask.text("hunter2 hunter3 hunter2") == "(secret #1) (secret #2) (secret #1)"


def test_a_secret_inside_a_longer_one_does_not_spoil_it() -> None:
    assert Mask(["hunter2", "hunter2-and-more"]).text("hunter2-and-more") == "(secret #2)"


def test_a_secret_with_quotes_is_hidden_in_json_too() -> None:
    secret = 'a "quoted"\\secret'

    assert Mask([secret]).text(json.dumps({"x": secret})) == '{"x": "(secret #1)"}'


def test_only_variables_that_say_secret_are_learned() -> None:
    assert secret_values({"API_TOKEN": "t0ken", "REGION": "eu"}) == ("t0ken",)


@given(st.text(min_size=4, max_size=30).filter(str.isprintable))
def test_no_known_secret_is_left_in_any_text(secret: str) -> None:
    fields: Json = {"a": {"token": secret}, "b": [f"x{secret}y"]}
    mask = Mask(secrets_in(fields))

    shown = json.dumps(mask.value(fields), ensure_ascii=False)

    assert "{{" in secret or secret not in shown.replace("(secret #1)", "")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("password: hunter2", "password: (secret)"),
        ("source: use AKIAABCDEFGHIJKLMNOP now", "source: use (secret) now"),
        ("url: ftp://a:hunter2@b", "url: ftp://a:(secret)@b"),
        ("secret: '{{ prefect.blocks.secret.x }}'", "secret: '{{ prefect.blocks.secret.x }}'"),
        ("image: shop/flows:1.0", "image: shop/flows:1.0"),
    ],
)
def test_a_line_is_quoted_without_its_secrets(line: str, shown: str) -> None:
    assert quoted(line) == shown


def test_a_token_is_hidden_wherever_it_stands() -> None:
    assert Mask().text("look: xoxb-1234567890-abcdefghij") == "look: (secret)"
