"""What `--select` and `--exclude` mean, a case a line."""

import pytest

from compiler.desired.address import deployment, work_pool, work_queue
from compiler.diagnostics import Report
from compiler.plan.action import Delete
from compiler.plan.selection import Selection, Subject, parse_selection, subject_of
from tests.support.builders import pool, queue, there, wanted

NIGHTLY = Subject(
    address=deployment("etl-web", "nightly"), tags=("etl", "team:data"), file="flows/web/etl.py"
)
POOL = Subject(address=work_pool("nightly"), tags=(), file=None)
QUEUE = Subject(address=work_queue("local", "nightly"), tags=(), file=None)


def parsed(*select: str, exclude: tuple[str, ...] = ()) -> Selection:
    report = Report()
    selection = parse_selection(select, exclude, report)
    assert not report.has_errors
    return selection


@pytest.mark.parametrize(
    ("text", "takes"),
    [
        ("tag:etl", True),
        ("tag:team:data", True),
        ("tag:team:*", True),
        ("tag:et", False),
        ("tag:ETL", False),
        ("flow:etl-*", True),
        ("flow:etl", False),
        ("flow:nightly", False),
        ("name:nightly", True),
        ("name:night??", True),
        ("name:[mn]ightly", True),
        ("name:etl-web/nightly", True),
        ("name:etl-*/nightly", True),
        ("name:*/hourly", False),
        ("name:etl-web", False),
        ("path:flows/web/etl.py", True),
        ("path:./flows/web/etl.py", True),
        ("path:flows/**", True),
        ("path:**/etl.py", True),
        ("path:**", True),
        ("path:flows/**/web/*.py", True),
        ("path:flows/*", False),
        ("path:*/etl.py", False),
        ("path:flows", False),
        ("path:web/**", False),
        ("kind:deployment", True),
        ("kind:work-*", False),
        ("tag:etl flow:etl-*", True),
        ("tag:etl  name:hourly", False),
        ("'tag:etl' name:nightly", True),
    ],
)
def test_all_words_of_a_selection_have_to_hold(text: str, *, takes: bool) -> None:
    assert parsed(text).takes(NIGHTLY) is takes


@pytest.mark.parametrize(
    ("text", "pool", "queue"),
    [
        ("kind:work-pool", True, False),
        ("kind:work-*", True, True),
        ("name:nightly", True, True),
        ("name:local/*", False, True),
        ("name:local", False, False),
        ("flow:*", False, False),
        ("path:**", False, False),
        ("tag:*", False, False),
    ],
)
def test_pools_and_queues_go_by_kind_and_name(text: str, *, pool: bool, queue: bool) -> None:
    assert (parsed(text).takes(POOL), parsed(text).takes(QUEUE)) == (pool, queue)


@pytest.mark.parametrize(
    ("select", "exclude", "takes"),
    [
        ((), (), True),
        (("tag:no", "tag:etl"), (), True),
        (("tag:no", "tag:nor"), (), False),
        ((), ("tag:etl",), False),
        ((), ("tag:no",), True),
        (("tag:etl",), ("name:nightly",), False),
        (("tag:etl",), ("tag:etl name:hourly",), True),
        (("tag:etl",), ("tag:no", "path:flows/**"), False),
    ],
)
def test_one_selection_of_several_has_to_hold_and_no_exclusion(
    select: tuple[str, ...], exclude: tuple[str, ...], *, takes: bool
) -> None:
    assert parsed(*select, exclude=exclude).takes(NIGHTLY) is takes


def test_a_tag_with_a_blank_is_put_in_quotes() -> None:
    subject = Subject(address=deployment("etl", "a"), tags=("big data",), file=None)

    assert parsed("'tag:big data'").takes(subject)
    assert parsed('tag:"big data" name:a').takes(subject)


def test_nothing_said_is_everything() -> None:
    assert parsed().is_everything
    assert not parsed(exclude=("tag:a",)).is_everything


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "a selection without a word selects nothing"),
        ("  ", "a selection without a word selects nothing"),
        ("nightly", "'nightly' does not say what it goes by (did you mean 'name:nightly'?)"),
        ("tags:etl", "nothing is selected by 'tags' (did you mean 'tag:etl'?)"),
        ("!tag:etl", "nothing is selected by '!tag' (did you mean 'tag:etl'?)"),
        ("tag:", "'tag:' says nothing behind the colon"),
        (":etl", "nothing is selected by ''"),
        (
            "kind:pool",
            (
                "there is no kind 'pool' (the kinds are: variable, concurrency-limit, tag-limit, "
                "block, work-pool, work-queue, deployment, automation)"
            ),
        ),
        ("'tag:etl", '"\'tag:etl" has a quote that does not end'),
    ],
)
def test_what_cannot_be_read_is_said_with_what_to_write(text: str, found: str) -> None:
    report = Report()

    parse_selection((text,), (), report)

    (one,) = report
    usual = "write tag:etl, flow:etl-*, name:nightly, path:flows/** or kind:work-pool"
    assert one.rule.code == "DEP610"
    assert f"{one.message} ({one.hint})".removesuffix(f" ({usual})") == found


def test_every_wrong_word_is_heard_of() -> None:
    report = Report()

    parse_selection(("a tag:b c",), ("d:e",), report)

    assert len(report) == 3


@pytest.mark.parametrize(
    ("entrypoint", "file"),
    [
        ("flows/etl.py:etl", "flows/etl.py"),
        ("./flows/../flows/etl.py:Jobs.etl", "flows/etl.py"),
        ("shop.flows.etl:etl", "shop/flows/etl.py"),
        ("shop.flows.etl", "shop/flows.py"),
        ("no entrypoint", None),
        (None, None),
    ],
)
def test_a_path_is_that_of_the_entrypoint(entrypoint: str | None, file: str | None) -> None:
    assert subject_of(wanted("a", entrypoint=entrypoint)).file == file


def test_what_is_deleted_is_known_by_the_servers_values() -> None:
    gone = there(tags=["etl", "deploy:shop"], entrypoint="flows/etl.py:etl")

    subject = subject_of(Delete(deployment("etl", "old"), gone))

    assert subject == Subject(
        address=deployment("etl", "old"), tags=("etl", "deploy:shop"), file="flows/etl.py"
    )


@pytest.mark.parametrize("resource", [pool("local"), queue("local", "high"), wanted("nightly")])
def test_what_says_no_tags_and_no_file_has_none(resource: object) -> None:
    subject = subject_of(resource)  # type: ignore[arg-type]  # resources only

    assert (subject.tags, subject.file) == ((), None)
