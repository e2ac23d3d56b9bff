"""Secrets in what is shown."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.desired.json import Json
from compiler.desired.secret import FromFile, Secret
from compiler.desired.secret_shape import is_secret_name
from compiler.plan.mask import Mask, quoted, secret_values, secrets_in, secrets_named


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


def test_a_value_out_of_sight_has_a_mask_as_a_whole() -> None:
    mask = Mask(["hunter2"])
    pin, text = Secret(1234), Secret("hunter2")

    shown = mask.value({"pin": pin, "again": Secret(1234.0), "other": Secret("x"), "text": text})

    assert shown == {
        "pin": "(secret #2)",
        "again": "(secret #2)",
        "other": "(secret #3)",
        "text": "(secret #1)",
    }
    kept_back = Secret("********", is_withheld=True)
    assert mask.value(kept_back) == "(secret, which the server does not show)"
    assert mask.value(Secret(None, source=FromFile(Path("/x")))) == "(secret)"


def test_texts_inside_a_value_out_of_sight_are_learned() -> None:
    key: Json = {"project": "shop", "password": "abc", "more": ["a-long-swordfish", 5]}
    data: Json = {"value": Secret(key), "region": "eu-west"}

    assert list(secrets_named({"data": data})) == ["abc", "a-long-swordfish"]
    assert list(secrets_named({"data": {"value": Secret("abc")}})) == ["abc"]
    assert list(secrets_named({"data": {"token": {"$block": "secret/shop"}}})) == []
    command: Json = {"api_key": {"$command": ["vault", "read"]}, "token": {"$file": "a-file"}}
    assert list(secrets_named({"data": command})) == []


def test_another_block_is_shown_under_whatever_name() -> None:
    reference: Json = {"credentials": {"$block": "aws-credentials/shop"}}

    assert Mask().value(reference) == reference
    assert Mask().value({"token": {"$block": "hunter2"}}) == {"token": {"$block": "(secret)"}}
