"""What happens while it happens, for progress."""

from typing import Protocol

from compiler.plan.action import Action
from reconciler.apply.walker import Done, Failed


class Listener(Protocol):
    """Whoever wants to know; must not raise."""

    def started(self, action: Action) -> None:
        """An action is about to be carried out."""

    def ended(self, action: Action, outcome: Done | Failed) -> None:
        """An action has been tried."""


class Silent:
    """A listener that does nothing."""

    def started(self, action: Action) -> None:
        """Do nothing."""

    def ended(self, action: Action, outcome: Done | Failed) -> None:
        """Do nothing."""
