"""What is written of a thing, what is not, and what stands in place of a secret."""

import pytest

from compiler.desired.address import (
    Address,
    Kind,
    automation,
    block,
    deployment,
    variable,
    work_pool,
)
from compiler.desired.json import Json
from compiler.desired.secret import Secret
from compiler.emit.document import document, whole_text
from compiler.emit.every import FORMS, INSIDE
from compiler.emit.pen import Pen
from compiler.state.inventory import Inventory
from compiler.state.observed import Observed


def text_of(value: Json, name: str = "settings") -> str:
    """What is written of a variable."""
    things = {variable(name): Observed(id="1", fields={"value": value, "tags": []})}
    pen = Pen(inventory=Inventory(things=things), exported=things)
    return whole_text(document("shop", pen)).partition("value:")[2].strip()


def test_every_kind_is_written_somewhere() -> None:
    assert set(Kind) == FORMS.keys() | INSIDE


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"password": "hunter2"}, 'password: "{{ $PASSWORD }}"  # a secret, which was left out'),
        ({"password": ""}, 'password: ""'),
        ({"password": "{{ flow_run.id }}"}, 'password: "{{ flow_run.id }}"'),
        ({"max_tokens": 512}, "max_tokens: 512"),
        ({"pass": True}, "pass: true"),
        ("https://me:hunter2@example.com", '"{{ $SETTINGS }}"  # a secret, which was left out'),
        ("{{ $HOME }}", "\"{{ '{{' }} $HOME }}\""),
        ("1e3", '"1e3"'),
    ],
    ids=str,
)
def test_a_value_is_written_so_that_it_may_be_seen(value: Json, expected: str) -> None:
    assert text_of(value) == expected


def test_a_number_that_is_a_secret_stays_a_number() -> None:
    things = {variable("a"): Observed(id="1", fields={"value": {"api_token": 12345}, "tags": []})}
    pen = Pen(inventory=Inventory(things=things), exported=things)

    text = whole_text(document("shop", pen))

    assert "12345" not in text
    assert 'api_token: "{{ vars.api_token }}"  # a secret, which was left out' in text
    assert 'default: "{{ $API_TOKEN }}"  # a secret, which was left out\n    type: number' in text


def test_equal_secrets_have_one_name_and_others_their_own() -> None:
    values: dict[str, Json] = {"a": {"token": "first-secret"}, "b": {"token": "second"}}
    values["c"] = {"key": {"secret": "first-secret"}}

    text = text_of(values, "shop")

    assert 'secret: "{{ $TOKEN }}"' in text
    assert 'token: "{{ $SHOP_TOKEN }}"' in text


def test_a_type_of_pool_in_a_template_is_no_secret() -> None:
    schema: Json = {
        "properties": {"api_key": {"type": "string", "title": "Key", "default": "hu5h"}}
    }
    fields: dict[str, Json] = {"type": "own", "base_job_template": {"variables": schema}}
    things = {work_pool("local"): Observed(id="1", fields=fields)}
    pen = Pen(inventory=Inventory(things=things), exported=things)

    text = whole_text(document("shop", pen))

    assert "type: string" in text
    assert "title: Key" in text
    assert "hu5h" not in text


def written(things: dict[Address, dict[str, Json]]) -> str:
    """What is written of these things, beside the name of the stack."""
    there = {address: Observed(id="1", fields=fields) for address, fields in things.items()}
    pen = Pen(inventory=Inventory(things=there), exported=there)
    return whole_text(document("shop", pen)).partition("stack: shop\n")[2]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Secret("hunter2"), 'key: "{{ $TEAM_KEY }}"  # a secret, which was left out'),
        ({"$block": "secret/team"}, 'key:\n        "$block": secret/team'),
        ({"$file": "x"}, 'key:\n        "$literal":\n          "$file": x'),
        ([{"$litera": "x"}], 'key:\n        - "$literal":\n            "$litera": x'),
        ({"a": "{{ x }}"}, "key:\n        a: \"{{ '{{' }} x }}\""),
        (Secret({"on": True, "none": None}), 'key:\n        "on": true\n        none: null'),
    ],
    ids=str,
)
def test_a_value_of_a_block_is_written_as_what_it_is(value: Json, expected: str) -> None:
    text = written({block("slack-webhook", "team"): {"data": {"key": value}}})

    assert text.rstrip().endswith(expected)


def test_secrets_that_nobody_was_told_are_not_taken_for_one() -> None:
    secret: Json = Secret({"a": ["********", "********"]}, is_withheld=True)

    text = written({block("secret", "team"): {"data": {"value": secret}}})

    assert "{{ $TEAM_A_0 }}" in text
    assert "{{ $TEAM_A_1 }}" in text


def test_a_block_of_others_that_one_refers_to_is_external() -> None:
    keys: Json = {"$block": "aws-credentials/keys"}

    text = written({block("s3-bucket", "goods"): {"data": {"credentials": keys}}})

    assert text.startswith("external:\n  blocks:\n    - aws-credentials/keys\n")


def test_triggers_stand_with_their_deployment_in_the_order_of_their_numbers() -> None:
    waits: Json = {"type": "event", "expect": ["a"]}
    names = [f"nightly__automation_{number}" for number in (10, 2, 1)] + ["by hand"]
    triggers = {automation("etl", "nightly", each): {"trigger": waits} for each in names}

    text = written({deployment("etl", "nightly"): {}, **triggers})

    trigger = "expect:\n          - a\n"
    assert text.partition("    triggers:\n")[2] == (
        2 * f"      - {trigger}"
        + f"      - name: nightly__automation_10\n        {trigger}"
        + f"      - name: by hand\n        {trigger}"
    )
    assert "automations:" not in text
