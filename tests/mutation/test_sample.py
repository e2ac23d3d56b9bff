"""Some of the mutants, always the same ones; `python -m tests.mutation.run` takes them all."""

from tests.mutation.equivalent import EQUIVALENT
from tests.mutation.mutants import installed
from tests.mutation.run import all_mutants, sample, survivors
from tests.specs.spec import findings, make_block

DAILY = [make_block("yaml", "", "", 'schedules:\n  - cron: "0 0 30 2 *"\n')]


def test_every_mutant_of_a_sample_is_noticed() -> None:
    rules = [each for each in all_mutants() if each.module.startswith("compiler.rules.")]

    assert [mutant.key for mutant in survivors(sample(rules, 30, seed=1))] == []


def test_a_mutant_is_taken_out_again() -> None:
    before = findings(DAILY)
    drop = next(
        each
        for each in all_mutants()
        if each.module.endswith("schedule_never_fires") and each.after == "pass"
    )

    with installed(drop):
        changed = findings(DAILY)

    assert changed != before
    assert findings(DAILY) == before


def test_what_is_called_equivalent_is_still_made() -> None:
    assert sorted(set(EQUIVALENT) - {mutant.key for mutant in all_mutants()}) == []
