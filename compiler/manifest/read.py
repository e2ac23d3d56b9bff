"""Files to manifests: read, check the shape, lay things over, fill templates in, type."""

import json
from collections.abc import Iterable
from collections.abc import Mapping as Values
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiler.desired.json import Json
from compiler.desired.patch import patched
from compiler.desired.steps import Built
from compiler.diagnostics import Report
from compiler.diagnostics.pages import (
    empty_schedules_kept,
    file_not_read,
    unknown_given_output,
    unused_input,
    wrong_type,
)
from compiler.diagnostics.spelling import nearest
from compiler.environment.assignment import (
    OUTPUT,
    SET,
    VAR,
    as_lines,
    read_settings,
    read_variables,
)
from compiler.environment.inputs import Inputs
from compiler.environment.prefix import with_prefix
from compiler.environment.room import DEEPEST, Room
from compiler.environment.template import Renderer
from compiler.manifest.assemble import Whole, assemble
from compiler.manifest.check import parse
from compiler.manifest.draft import Draft, Drafts, locate, read_document
from compiler.manifest.manifest import Manifest, Placed, Taken, manifest
from compiler.manifest.model import WorkPool
from compiler.source.nodes import Mapping, Node, Scalar, Sequence, plain
from compiler.source.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlays:
    """What the caller lays over the files.

    `variables` and `settings` are written `name=value`; `var_files` are absolute paths.
    `outputs`, written in the same way, are what steps have put out that run elsewhere,
    None where they do not; `built` is what those have put out that have run here.
    """

    environment: str | None = None
    variables: tuple[str, ...] = ()
    var_files: tuple[Path, ...] = ()
    settings: tuple[str, ...] = ()
    outputs: tuple[str, ...] | None = None
    built: Built = field(default_factory=Built)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """One file with everything laid over it and filled in, before it is typed.

    `taken` is what its templates took, and what they have to wait for; `prefix` what was
    put in front of names.
    """

    draft: Draft
    root: Mapping
    taken: Taken
    server: Node | None = None
    prefix: str = ""


def resolve(
    paths: Iterable[Path],
    overlays: Overlays,
    environ: Values[str, str],
    *,
    lenient: bool,
    sources: Sources,
    report: Report,
) -> tuple[Resolved, ...]:
    """Files, and what they include, with everything laid over and filled in.

    A file of no use is reported and is not in the answer.
    """
    reader = Drafts(sources, report, lenient=lenient)
    located = (locate(path, sources, report) for path in paths)
    drafts = tuple(draft for path in located if path is not None for draft in reader.read(path))
    sources.quote(SET, as_lines(overlays.settings))
    sources.quote(VAR, as_lines(overlays.variables))
    sources.quote(OUTPUT, as_lines(overlays.outputs or ()))
    settings = read_settings(overlays.settings, report)
    room = Room(report, letters=sum(len(text) for _, text in sources.texts()))
    wholes = assemble(drafts, overlays.environment, settings, room, report)
    given = _Given(overlays, sources, report)
    built = replace(overlays.built, given=given.outputs)
    rendered = tuple(
        _rendered(whole, given, environ, built, room=room, report=report) for whole in wholes
    )
    given.check(wholes)
    given.check_outputs(tuple(one.taken for one in rendered))
    pools = frozenset(name for one in rendered for name in _names(one.root.get("work_pools")))
    return tuple(
        Resolved(
            draft=one.draft,
            root=with_prefix(one.root, one.prefix, pools),
            taken=one.taken,
            server=one.server,
            prefix=one.prefix,
        )
        for one in rendered
    )


def typed(resolved: Iterable[Resolved], report: Report) -> tuple[Manifest, ...]:
    """The manifests of resolved files; what has no type that fits is reported, and left out."""
    manifests = (_manifest(one, report) for one in resolved)
    return tuple(each for each in manifests if each is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rendered:
    draft: Draft
    root: Mapping
    prefix: str
    server: Node | None
    taken: Taken


class _Given:
    """The inputs that the caller gives, and which of them were of any use."""

    def __init__(self, overlays: Overlays, sources: Sources, report: Report) -> None:
        self._report = report
        read_files = (read_document(path, sources, report) for path in overlays.var_files)
        self._files = tuple(each for each in map(self._values, read_files) if each is not None)
        self._variables = read_variables(overlays.variables)
        self._outputs = read_variables(overlays.outputs or (), OUTPUT)
        self._runs_elsewhere = overlays.outputs is not None
        self._known: set[str] = set()

    @property
    def layers(self) -> tuple[Mapping, ...]:
        """What is given, the last wins."""
        return (*self._files, self._variables)

    @property
    def outputs(self) -> dict[str, Json] | None:
        """What steps have put out that ran elsewhere, by every name that templates may use."""
        if not self._runs_elsewhere:
            return None
        named = {name: plain(item) for name, item in self._outputs}
        return {name.rpartition(".")[2]: value for name, value in named.items()} | named

    def check_outputs(self, taken: tuple[Taken, ...]) -> None:
        """Report outputs that no template and no step has heard of."""
        asked = {name for each in taken for name in each.outputs}
        ids = {id for each in taken for id in each.step_ids}
        for key, _ in self._outputs.entries if taken else ():
            name = str(key.value)
            head, dot, rest = name.partition(".")
            if name in asked or (dot and head in ids):
                continue
            near = nearest(name, sorted({*asked, *(f"{id}.{rest}" for id in ids)}))
            self._report.add(
                unknown_given_output.RULE,
                f"no step and no template has an output {name!r}",
                key.span,
                hint=f"did you mean '{near[0]}'?" if near else None,
            )

    def note(self, inputs: Inputs) -> None:
        """Remember what a file declares and uses."""
        self._known |= {*inputs.declared, *inputs.asked_for}

    def check(self, wholes: tuple[Whole, ...]) -> None:
        """Report what no file has heard of."""
        if not wholes:
            return
        for layer in self.layers:
            for key, _ in layer.entries:
                name = str(key.value)
                if name not in self._known:
                    message = f"no file declares or uses an input {name!r}"
                    self._report.add(unused_input.RULE, message, key.span)

    def _values(self, root: Node | None) -> Mapping | None:
        if root is None or isinstance(root, Mapping):
            return root
        message = "a file of inputs should be a mapping of names and values"
        self._report.add(wrong_type.RULE, message, root.span)
        return None


def _rendered(
    whole: Whole,
    given: _Given,
    environ: Values[str, str],
    built: Built,
    *,
    room: Room,
    report: Report,
) -> _Rendered:
    inputs = Inputs(whole.vars, (*whole.given, *given.layers), environ, report, room)
    renderer = Renderer(environ, inputs, report, room, built=built)
    root = renderer.render(whole.root)
    prefix = whole.name_prefix and renderer.render(whole.name_prefix)
    server = whole.server and renderer.render(whole.server)
    inputs.check()
    given.note(inputs)
    assert isinstance(root, Mapping)
    return _Rendered(
        draft=whole.draft,
        root=root,
        prefix=str(prefix.value or "") if isinstance(prefix, Scalar) else "",
        server=server,
        taken=Taken(
            filled={**renderer.filled, **inputs.filled},
            waiting=tuple(renderer.waiting),
            outputs=frozenset(renderer.asked_for),
            step_ids=frozenset(renderer.step_ids),
        ),
    )


def _names(listed: Node | None) -> list[str]:
    items = listed.items if isinstance(listed, Sequence) else ()
    names = (item.get("name") for item in items if isinstance(item, Mapping))
    return [str(name.value) for name in names if isinstance(name, Scalar)]


def _manifest(one: Resolved, report: Report) -> Manifest | None:
    parsed = parse(one.root, report)
    if parsed is None:
        return None
    found = manifest(
        *parsed, draft=one.draft, taken=one.taken, server=one.server, prefix=one.prefix
    )
    _note_kept_schedules(found, report)
    return found


def _note_kept_schedules(found: Manifest, report: Report) -> None:
    """Say it once a file: `prefect init` writes it into every deployment."""
    empty = [each for each in found.deployments if each.value.schedules == []]
    if found.lenient and empty:
        more = f" (nor do {len(empty) - 1} more)" if len(empty) > 1 else ""
        report.add(
            empty_schedules_kept.RULE,
            f"in a prefect.yaml, 'schedules: []' does not remove schedules{more}",
            empty[0].key_at("schedules"),
            hint="in a deploy.yaml it removes them all",
        )


def read_templates(
    manifests: tuple[Manifest, ...], sources: Sources, report: Report
) -> dict[str, Json]:
    """Base job templates that the files give, with what is laid over them, by pool name."""
    read_ones = (
        (pool.value, _template_of(pool, found.path.parent, sources, report))
        for found in manifests
        for pool in found.work_pools
    )
    return {
        pool.name: patched(template, pool.base_job_template_patch or {})
        for pool, template in read_ones
        if template is not None
    }


def _template_of(pool: Placed[WorkPool], folder: Path, sources: Sources, report: Report) -> Json:
    """The template as it is written, or as it stands in a file of its own."""
    written, at = pool.value.base_job_template, pool.at("base_job_template")
    if not isinstance(written, str):
        return written
    path = folder / written
    if report.has_error_within(at):
        return None
    if sources.data(path) is None:
        hint = f"looked for {sources.name(path)}"
        report.add(file_not_read.RULE, f"there is no file {written!r}", at, hint=hint)
        return None
    before = len(report)
    template = _template(path, sources, report)
    if isinstance(template, dict):
        return template
    if len(report) == before:
        message = f"the template in {written!r} should be a mapping"
        if isinstance(template, _NoJson):
            message = f"the template in {written!r} is no JSON: {template.reason}"
        report.add(wrong_type.RULE, message, at)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _NoJson:
    """Why a text is no JSON."""

    reason: str


def _template(path: Path, sources: Sources, report: Report) -> "Json | _NoJson":
    if path.suffix == ".json" and (data := sources.data(path)) is not None:
        return _json(data)
    root = read_document(path, sources, report)
    return None if root is None else plain(root)


def _json(data: bytes) -> "Json | _NoJson":
    try:
        parsed: Json = json.loads(data, parse_constant=_refuse_constant)
        json.dumps(parsed, allow_nan=False)
    except json.JSONDecodeError as error:
        return _NoJson(reason=f"{error.msg} in line {error.lineno}, column {error.colno}")
    except UnicodeDecodeError:
        return _NoJson(reason="it is not UTF-8 text")
    except ValueError:
        return _NoJson(reason="it has a number that cannot be written as JSON")
    except RecursionError:
        return _NoJson(reason="it is nested too deeply")
    return parsed if _depth(parsed) <= DEEPEST else _NoJson(reason="it is nested too deeply")


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _depth(value: Json) -> int:
    match value:
        case Values():
            inner = list(value.values())
        case list():
            inner = value
        case _:
            return 0
    return 1 + max(map(_depth, inner), default=0)
