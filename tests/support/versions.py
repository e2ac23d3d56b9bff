"""Which tests are not for the server that was chosen, and why: deselected, and counted."""

from collections import Counter

import pytest

from tests.support.which_server import chosen, number


def unfit(item: pytest.Item) -> str | None:
    """Why a test says nothing of the chosen server; None for a test that does."""
    own, since = item.get_closest_marker("own_prefect"), item.get_closest_marker("since")
    if own is not None and not chosen().is_ours:
        return str(own.args[0])
    if since is not None and chosen().number < number(since.args[0]):
        return f"since {since.args[0]}: {since.args[1]}"
    return None


def deselect(config: pytest.Config, items: list[pytest.Item]) -> Counter[str]:
    """Take the tests that do not fit out of `items`; return how many there were, by reason."""
    reasons = {item: unfit(item) for item in items}
    left_out = [item for item, reason in reasons.items() if reason is not None]
    items[:] = [item for item, reason in reasons.items() if reason is None]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    return Counter(reason for reason in reasons.values() if reason is not None)


def lines(counted: Counter[str]) -> list[str]:
    """The reasons as lines of a report."""
    return [f"{count} not run: {reason}" for reason, count in sorted(counted.items())]
