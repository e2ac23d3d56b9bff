"""What is written of a thing, what is not, and what stands in place of a secret."""

import pytest

from compiler.desired.address import Kind, variable, work_pool
from compiler.desired.json import Json
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
