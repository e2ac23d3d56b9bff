"""What is built once, and looked at by many."""

from tests.support.distributions import distributions

__all__ = ["distributions"]
