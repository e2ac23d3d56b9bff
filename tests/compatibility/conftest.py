"""The stage on which recordings are played."""

from tests.support.stage import stage

__all__ = ["stage"]
