"""What the paths of `ignore` and `policy.ignore` mean: which values are left to the server.

path = key *("." key | "[" key "]")
key  = text without . [ ] and "  |  any text in double quotes

The keys are those of a deployment in the file; below `schedules` stands a slug.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from compiler.diagnostics import Span
from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.model import Deployment

Steps = tuple[str, ...]

_KEY = r"(?:\"(?P<{0}_quoted>[^\"]+)\"|(?P<{0}>[^.\[\]\"]+))"
_STEP = re.compile(rf"\.?{_KEY.format('plain')}|\[{_KEY.format('inner')}\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A key that a path can have.

    `to` is what the server's field is called, None where it is called the same.  `keys`
    may follow; where `each` is given, any key and then what `each` says; where it `is_open`,
    any keys at all.
    """

    to: Steps | None = None
    keys: Mapping[str, "Part"] = field(default_factory=dict)
    each: "Part | None" = None
    is_open: bool = False

    def below(self, key: str) -> "Part | None":
        """What a key below this one means; None where it cannot stand there."""
        return self if self.is_open else self.keys.get(key, self.each)


_VALUE = Part()
_ANYTHING = Part(is_open=True)
_SCHEDULE = Part(
    keys={
        **dict.fromkeys(("cron", "interval", "rrule", "timezone", "day_or"), _VALUE),
        **dict.fromkeys(("anchor_date", "active", "max_scheduled_runs"), _VALUE),
        "parameters": _ANYTHING,
    }
)
_LIMIT = dict.fromkeys(("limit", "collision_strategy", "grace_period_seconds"), _VALUE)
_POOL = {
    "name": Part(to=("work_pool_name",)),
    "work_queue_name": _VALUE,
    "job_variables": _ANYTHING,
}
DEPLOYMENT = Part(
    keys={
        **dict.fromkeys(("description", "version", "tags", "paused"), _VALUE),
        "enforce_parameter_schema": _VALUE,
        "parameters": _ANYTHING,
        "schedules": Part(each=_SCHEDULE),
        "schedule": Part(to=("schedules",)),
        "concurrency_limit": Part(to=("concurrency",), keys=_LIMIT),
        "work_pool": Part(to=(), keys=_POOL),
        "pull": Part(to=("pull_steps",)),
    }
)
NEVER: Mapping[str, str] = {
    **dict.fromkeys(("name", "flow_name", "renamed_from"), "it is what the deployment is known by"),
    "entrypoint": "it is what the deployment runs",
    "labels": "they are set at creation and never again",
    **dict.fromkeys(("triggers", "sla"), "this version does not act on it"),
    **dict.fromkeys(("build", "push"), "these steps run before anything is written"),
    "version_type": "this version does not act on it",
    **dict.fromkeys(("protect", "ignore"), "no deployment has it on the server"),
}


@dataclass(frozen=True, slots=True)
class Stranger:
    """A path leads nowhere: the key at `place` is none of `known`."""

    place: int
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One path as it is written, and the deployments that it is laid under.

    `steps` is None where the text is no path; `is_policy` is one of `policy.ignore`.
    """

    text: str
    steps: Steps | None
    at: Span
    deployments: tuple[Placed[Deployment], ...]
    is_policy: bool

    @property
    def is_understood(self) -> bool:
        """Whether it names a value that can be left to the server."""
        return self.steps is not None and not isinstance(server_paths(self.steps), Stranger)


def read_path(text: str) -> Steps | None:
    """The keys of a path; None for a text that is none."""
    steps: list[str] = []
    end = 0
    while end < len(text):
        found = _STEP.match(text, end)
        if found is None or (text[end] == ".") is not (bool(steps) and text[end] != "["):
            return None
        steps += (key for key in found.groups() if key is not None)
        end = found.end()
    return tuple(steps) or None


def server_paths(steps: Steps) -> tuple[Steps, ...] | Stranger:
    """The server's fields, and keys inside them, that a path means."""
    part = DEPLOYMENT
    path: Steps = ()
    for place, step in enumerate(steps):
        further = part.below(step)
        if further is None:
            return Stranger(place, tuple(part.keys))
        part = further
        path = (*path, *((step,) if part.to is None else part.to))
    if path:
        return (path,)
    return tuple((key,) if one.to is None else one.to for key, one in part.keys.items())


def entries_of(manifests: tuple[Manifest, ...]) -> tuple[Entry, ...]:
    """Every path that the files write, once, however many deployments it is laid under."""
    found: dict[tuple[Span, str], list[Placed[Deployment]]] = {}
    everywhere = [each for manifest in manifests for each in manifest.deployments]
    for deployment in everywhere:
        for place, text in enumerate(deployment.value.ignore or ()):
            found.setdefault((deployment.at("ignore", place), text), []).append(deployment)
    own = (_entry(text, at, under, is_policy=False) for (at, text), under in found.items())
    of_policy = (
        _entry(text, at, everywhere, is_policy=True)
        for manifest in manifests
        for text, at in _of_policy(manifest)
    )
    return (*own, *of_policy)


def _of_policy(manifest: Manifest) -> Iterator[tuple[str, Span]]:
    document = manifest.document
    listed = document.value.policy.ignore if document.value.policy else None
    for place, text in enumerate(listed or ()):
        yield text, document.at("policy", "ignore", place)


def _entry(text: str, at: Span, under: list[Placed[Deployment]], *, is_policy: bool) -> Entry:
    return Entry(
        text=text,
        steps=read_path(text),
        at=at,
        deployments=tuple(under),
        is_policy=is_policy,
    )


def ignored(texts: tuple[str, ...]) -> tuple[Steps, ...]:
    """The server's paths that these mean, in order; what is no path means none."""
    found: set[Steps] = set()
    for text in texts:
        steps = read_path(text)
        paths = () if steps is None else server_paths(steps)
        found.update(() if isinstance(paths, Stranger) else paths)
    return tuple(sorted(found))
