"""The specs test something: what is not announced fails, and what is not found."""

from tests.specs.spec import complaints, read_cases

BAD = '```yaml\nschedules:\n  - cron: "0 0 30 2 *"{}\n```\n'


def complaints_of(document: str) -> list[str]:
    return [line for case in read_cases(document) for line in complaints(case)]


def test_what_is_announced_and_found_passes() -> None:
    assert complaints_of("## A day\n\n" + BAD.format("   # DEP204: never fires")) == []


def test_a_finding_that_is_not_announced_fails() -> None:
    (wrong,) = complaints_of("## A day\n\n" + BAD.format(""))

    assert wrong.startswith("found and not announced: deploy.yaml:5 DEP204")


def test_an_announcement_that_is_not_found_fails() -> None:
    (wrong,) = complaints_of("## A day\n\n```yaml\ntags: [shop]   # DEP204\n```\n")

    assert wrong.startswith("announced and not found: deploy.yaml:4 DEP204")


def test_an_announcement_with_other_words_fails() -> None:
    wrong = complaints_of("## A day\n\n" + BAD.format("   # DEP204: always fires"))

    assert len(wrong) == 2


def test_a_finding_found_once_is_not_announced_twice() -> None:
    (wrong,) = complaints_of("## A day\n\n" + BAD.format("   # DEP204 # DEP204"))

    assert wrong.startswith("announced and not found")


def test_a_document_without_a_block_tests_nothing() -> None:
    assert read_cases("# Only prose\n") == ()
    assert not read_cases("## Only prose\n")[0].is_tested
