"""One environment, and what the caller sets, laid over files; then every file made whole.

A whole file has no `include`, `vars`, `environments` and `defaults` any more: what they
say has been carried out.  It is still nodes, and every value keeps its place.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from compiler.diagnostics import Report, Span
from compiler.diagnostics.pages import two_stacks, unknown_environment
from compiler.diagnostics.spelling import nearest
from compiler.environment.overlay import (
    merge_defaults,
    replaced,
    with_defaults,
    with_entry,
    without,
)
from compiler.environment.room import Room
from compiler.manifest.draft import Draft
from compiler.manifest.layers import Layers
from compiler.source.nodes import Mapping, Node, Scalar, Sequence

_STEPS = ("build", "push", "pull")
_CARRIED_OUT = ("include", "vars", "environments", "defaults", "definitions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A file with everything laid over it; its templates are not filled in yet.

    `vars` are those of the file and of the files that lead to it, the most general first;
    `given` what the environment says of them.
    """

    draft: Draft
    root: Mapping
    vars: tuple[Mapping, ...]
    given: tuple[Mapping, ...]
    name_prefix: Node | None
    server: Node | None


def assemble(
    drafts: tuple[Draft, ...],
    environment: str | None,
    settings: Iterable[Mapping],
    room: Room,
    report: Report,
) -> tuple[Whole, ...]:
    """Every file made whole, in the given order: what includes stands before the included."""
    overlays = {} if environment is None else _environments(drafts, environment, report)
    layers = Layers(drafts, report)
    below = _below(drafts)
    for draft in drafts:
        if draft.path in overlays:
            layers.lay(overlays[draft.path], over=below[draft.path], at=(draft.path,), adds=True)
    asked_for = tuple(each.path for each in drafts if each.included_by is None)
    for setting in settings:
        everywhere = frozenset(each.path for each in drafts)
        layers.lay(setting, over=everywhere, at=asked_for, adds=False)
    wholes: dict[Path, Whole] = {}
    for draft in drafts:
        above = wholes.get(draft.included_by.path) if draft.included_by else None
        wholes[draft.path] = _whole(draft, layers, overlays.get(draft.path), above, report)
    return tuple(_finished(whole, room) for whole in wholes.values())


def _below(drafts: tuple[Draft, ...]) -> dict[Path, set[Path]]:
    """Each file with those that it includes, itself or through others; it is one of them."""
    found: dict[Path, set[Path]] = {draft.path: set() for draft in drafts}
    for draft in drafts:
        for above in draft.chain:
            found[above.path].add(draft.path)
    return found


def _environments(drafts: tuple[Draft, ...], name: str, report: Report) -> dict[Path, Mapping]:
    """The environment in each file that has it."""
    found: dict[Path, Mapping] = {}
    known: dict[str, Span] = {}
    for draft in drafts:
        environments = draft.root.get("environments")
        for key, item in environments.entries if isinstance(environments, Mapping) else ():
            known.setdefault(str(key.value), key.span)
            if key.value == name and isinstance(item, Mapping):
                found[draft.path] = item
    if name not in known:
        near = nearest(name, known)
        named = f"they have: {', '.join(known)}" if known else "write it under 'environments'"
        report.add(
            unknown_environment.RULE,
            f"the files have no environment {name!r}",
            known[near[0]] if near else None,
            hint=f"did you mean {near[0]!r}?" if near else named,
        )
    return found


def _whole(
    draft: Draft,
    layers: Layers,
    overlay: Mapping | None,
    above: Whole | None,
    report: Report,
) -> Whole:
    """One file with what the file that includes it hands down."""
    root = layers.of(draft)
    defaults = root.get("defaults")
    if above is not None:
        root = _with_stack_of(root, draft, report)
        root = _with_steps_of(above.root, root)
        outer = above.root.get("defaults")
        if isinstance(outer, Mapping):
            defaults = merge_defaults(outer, defaults) if isinstance(defaults, Mapping) else outer
            root = with_entry(root, "defaults", defaults)
    own = tuple(each for each in (draft.root.get("vars"),) if isinstance(each, Mapping))
    given = overlay.get("vars") if overlay is not None else None
    return Whole(
        draft=draft,
        root=root,
        vars=(*(above.vars if above else ()), *own),
        given=(*(above.given if above else ()), *((given,) if isinstance(given, Mapping) else ())),
        name_prefix=_handed_down("name_prefix", overlay, above.name_prefix if above else None),
        server=_handed_down("server", overlay, above.server if above else None),
    )


def _finished(whole: Whole, room: Room) -> Whole:
    """The file with its defaults laid under every deployment, and without what is carried out."""
    root = whole.root
    defaults, deployments = root.get("defaults"), root.get("deployments")
    count = len(deployments.items) if isinstance(deployments, Sequence) else 0
    if defaults is not None and room.takes_copies(defaults, count):
        deployments = with_defaults(defaults, deployments)
    if deployments is not None:
        root = replaced(root, {"deployments": deployments})
    return replace(whole, root=without(root, _CARRIED_OUT))


def _with_stack_of(root: Mapping, draft: Draft, report: Report) -> Mapping:
    """The file without its own stack, which has to be that of the file that includes it."""
    own = draft.root.get("stack")
    outer = next((each.root.get("stack") for each in draft.chain if each.root.get("stack")), None)
    if own is None:
        return root
    if isinstance(own, Scalar) and isinstance(outer, Scalar) and own.value != outer.value:
        message = (
            f"one call is about one stack, and these files name {outer.value!r} and {own.value!r}"
        )
        report.add(two_stacks.RULE, message, own.span)
    return root if outer is own else without(root, ("stack",))


def _with_steps_of(outer: Mapping, root: Mapping) -> Mapping:
    for name in _STEPS:
        steps = outer.get(name)
        if steps is not None and root.get(name) is None:
            root = with_entry(root, name, steps)
    return root


def _handed_down(name: str, overlay: Mapping | None, outer: Node | None) -> Node | None:
    own = overlay.get(name) if overlay is not None else None
    return own if own is not None else outer
