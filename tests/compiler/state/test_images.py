"""What an apply found, as a text and back, with no secret in it."""

import base64
import zlib

import pytest

from compiler.desired.address import deployment, work_pool
from compiler.desired.json import Json
from compiler.state.images import (
    Hiding,
    Image,
    Images,
    Recalling,
    UnreadableImages,
    dump,
    load,
)

ONE, TWO = deployment("etl", "one"), deployment("etl", "two")
TOKEN = "ghp_" + "a1B2" * 9
IMAGES = Images(
    of=(
        Image(
            address=ONE,
            fields={"parameters": {"rows": 5}, "description": None},
            riding={"version": ("1", None), "pull_steps": ([], "entrypoint")},
            owned=frozenset({"parameters"}),
            protected=True,
        ),
        Image(address=TWO, was_there=False, took=ONE),
        Image(address=work_pool("ours"), is_whole=True, fields={"type": "process"}),
    ),
    commit="c0ffee",
    dirty=True,
    hidden=frozenset({"#abc"}),
)


def test_what_was_written_is_read() -> None:
    assert load(dump(IMAGES)) == IMAGES


def test_an_empty_text_holds_none() -> None:
    assert load("") == Images()


@pytest.mark.parametrize(
    "text",
    ["!", base64.b64encode(zlib.compress(b"{}")).decode(), base64.b64encode(b"x").decode()],
    ids=["no text of ours", "another document", "not compressed"],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(UnreadableImages, match=r"cannot read|format"):
        load(text)


@pytest.mark.parametrize(
    ("value", "secret"),
    [
        ({"password": "opensesame"}, "opensesame"),
        ({"auth": {"deep": ["opensesame"]}}, "opensesame"),
        ({"token": 12345678}, "12345678"),
        ({"note": f"use {TOKEN}"}, TOKEN),
        ({"dsn": "db://me:opensesame@db/x"}, "opensesame"),
        ({"note": "it is swordfish"}, "swordfish"),
    ],
    ids=["its name", "below its name", "a number", "its looks", "a password of a URL", "known"],
)
def test_a_secret_is_kept_out_and_put_back(value: Json, secret: str) -> None:
    hidden = Hiding(["swordfish"]).value(value)

    assert secret not in str(hidden)
    recalling = Recalling([{"elsewhere": [value]}])
    assert recalling.value(hidden, "x") == value
    assert recalling.lost == []


@pytest.mark.parametrize(
    "value",
    [{"rows": 5, "flag": True, "none": None, "list": [1.5, "x"]}, {"token": "{{ $TOKEN }}"}],
    ids=["values", "a template"],
)
def test_what_is_no_secret_is_kept_as_it_is(value: Json) -> None:
    assert Hiding(["swordfish"]).value(value) == value


def test_a_secret_that_nothing_holds_is_named_by_its_place() -> None:
    hidden = Hiding().value({"env": [{"password": "opensesame"}]})
    recalling = Recalling([{"password": "another"}])

    recalling.value(hidden, "deployment/etl/one job_variables")

    assert recalling.lost == ["deployment/etl/one job_variables.env.0.password"]


def test_who_knows_no_secret_keeps_out_what_somebody_knew() -> None:
    first = Hiding(["swordfish"])
    first.learn({"description": "it is swordfish"})

    again = Hiding(hidden=first.hidden)

    assert "swordfish" not in str(again.value("it is swordfish", "description"))
    assert again.hidden == first.hidden


def test_what_a_killed_apply_found_counts_more() -> None:
    killed = Images(of=(Image(address=ONE, fields={"a": 1}),), commit="old", hidden=frozenset("x"))
    next_one = Images(of=(Image(address=ONE, fields={"a": 2}), Image(address=TWO)), commit="new")

    both = next_one.with_earlier(killed)

    assert [(each.address, dict(each.fields)) for each in both.of] == [(ONE, {"a": 1}), (TWO, {})]
    assert (both.commit, both.hidden) == ("old", frozenset("x"))
