"""The stages that tests of the whole command play on."""

from tests.support.stage import scheduling_stage, stage

__all__ = ["scheduling_stage", "stage"]
