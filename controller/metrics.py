"""What Prometheus is told.  The only importer of `prometheus_client`."""

from collections.abc import Callable
from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from controller.keeping import Keeping, Standing
from controller.settled import Settled, State
from reconciler.api.trace import Answered, Sent

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """The numbers of one controller; hears of every request as well."""

    def __init__(self, keeping: Keeping, now: Callable[[], float]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # has no types; halves the series
        self.registry = CollectorRegistry()
        self._synced = self._of_stacks("synced", "Whether the server holds the commit.")
        self._drifted = self._of_stacks("drifted", "Whether anything moved on the server.")
        self._drift = self._of_stacks("drift", "How many things moved on the server.")
        self._waiting = self._of_stacks("waiting", "Steps that were not carried out.")
        self._success = self._of_stacks(
            "last_success_timestamp_seconds", "When the stack was last in sync; 0 for never."
        )
        self._age = self._of_stacks(
            "last_success_age_seconds", "Seconds since the stack was last in sync."
        )
        self._state = Gauge(
            "deploy_stack_state",
            "The state of a stack: 1 for the one that it is in.",
            ("stack", "state"),
            registry=self.registry,
        )
        self._looks = self._counted("reconciles", "Looks at stacks, by what came of them.", "state")
        self._applies = self._counted("applies", "Applies that wrote something.", "stack")
        self._healed = self._counted("healed", "Things that were put back.", "stack")
        self._requests = self._counted(
            "requests", "Requests to the server, retries included.", "method", "role"
        )
        self._answers = self._counted("answers", "Answers of the server.", "status")
        self._webhooks = self._counted("webhooks", "Webhooks, by answer.", "forge", "status")
        self._refused = self._counted("webhook_refusals", "Refused webhooks.", "forge", "reason")
        self._git = self._counted("git_looks", "Looks at repositories.", "result")
        self._events = self._counted("events", "Events of the server that concern a stack.")
        self._seconds = Histogram(
            "deploy_reconcile_duration_seconds",
            "How long a look at a stack took, what it wrote included.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._connected = Gauge(
            "deploy_event_stream_connected",
            "Whether the server's events are heard.",
            registry=self.registry,
        )
        self._depth = Gauge(
            "deploy_queue_depth", "Keys that are due.", ("queue",), registry=self.registry
        )
        for name, standing in keeping.of.items():
            for each in (self._synced, self._drifted, self._drift, self._waiting, self._success):
                each.labels(name).set(0)
            self._age.labels(name).set_function(partial(_age, standing, now, now()))

    def _of_stacks(self, name: str, text: str) -> Gauge:
        return Gauge(f"deploy_stack_{name}", text, ("stack",), registry=self.registry)

    def _counted(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"deploy_{name}", text, labels, registry=self.registry)

    def watch(self, queue: str, depth: Callable[[], int]) -> None:
        """Tell how many keys of a queue are due."""
        self._depth.labels(queue).set_function(depth)

    def settled(self, settled: Settled, seconds: float, synced_at: float | None) -> None:
        """A look has ended."""
        stack = settled.stack
        self._synced.labels(stack).set(int(settled.is_synced))
        self._drifted.labels(stack).set(int(settled.drift > 0))
        self._drift.labels(stack).set(settled.drift)
        self._waiting.labels(stack).set(settled.waiting)
        self._success.labels(stack).set(synced_at or 0)
        for state in State:
            self._state.labels(stack, state.value).set(int(state is settled.state))
        self._looks.labels(settled.state.value).inc()
        self._seconds.observe(seconds)
        if settled.written:
            self._applies.labels(stack).inc()
        self._healed.labels(stack).inc(settled.healed)

    def looked_at_git(self, *, went_well: bool) -> None:
        """A repository was asked what its refs are."""
        self._git.labels("done" if went_well else "failed").inc()

    def connected(self, *, is_so: bool) -> None:
        """The server's events are heard from now on, or not any more."""
        self._connected.set(int(is_so))

    def heard(self, stacks: int) -> None:
        """An event concerns so many stacks."""
        self._events.inc(stacks)

    def webhook(self, forge: str, status: int, refused: str | None) -> None:
        """A webhook was answered; `refused` is why it was not taken, None if it was."""
        self._webhooks.labels(forge, str(status)).inc()
        if refused is not None:
            self._refused.labels(forge, refused).inc()

    def sent(self, request: Sent) -> None:
        """A request is about to be sent."""
        self._requests.labels(request.method, request.role.value).inc()

    def answered(self, answer: Answered) -> None:
        """It was answered, or it was lost."""
        self._answers.labels(str(answer.status or answer.error)).inc()

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)


def _age(standing: Standing, now: Callable[[], float], begun: float) -> float:
    """Seconds since a stack was last in sync, or since the controller has begun."""
    return now() - (standing.synced_at or begun)
