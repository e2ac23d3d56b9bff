"""A controller's file → a roster; every mistake in it at its place, all in one run."""

import json
import os
import re
import zoneinfo
from collections.abc import Iterator
from collections.abc import Mapping as Values
from dataclasses import replace
from pathlib import Path

from compiler.diagnostics import Label, Report, Span
from compiler.diagnostics.pages import (
    duplicate_stack,
    path_leaves_repository,
    secret_in_file,
    unusable_address,
    unusable_ref,
    unusable_repository,
    unusable_window,
)
from compiler.diagnostics.spelling import nearest
from compiler.environment.room import Room
from compiler.environment.template import Renderer
from compiler.manifest.complaints import shape_flaws, type_flaws
from compiler.manifest.draft import read_document
from compiler.manifest.flaw import Flaw, without_flaws
from compiler.manifest.form import Form
from compiler.manifest.model import Primitive
from compiler.rules.cron_syntax import readable
from compiler.source.locate import Step, node_at, span_of
from compiler.source.nodes import Node, Scalar, plain
from compiler.source.sources import Sources
from controller.model import ControllerFile
from controller.model import Stack as WrittenStack
from controller.model import Window as WrittenWindow
from controller.roster import Roster, Stack, Window
from controller.schema import document
from controller.windows import zone_of
from reconciler.gitops.refs import Head, Ref, parse_ref
from reconciler.gitops.refusal import NotFetched
from reconciler.gitops.repositories import checked_url

FORM = Form(model=ControllerFile, schema=document, name="a controller's file")
_LISTEN = "127.0.0.1:4280"
_LAST_PORT = 65_535
_IS_VARIABLE = re.compile(r"\{\{\s*\$")
_INTERVAL, _DRIFT_INTERVAL = 60.0, 300.0
_SECRETS: tuple[tuple[tuple[Step, ...], str, str], ...] = (
    (("webhook", "secret"), "the secret of the webhooks", "WEBHOOK_SECRET"),
    (("token",), "the token of the page", "DEPLOY_CONTROLLER_TOKEN"),
)


class _NoInputs:
    """A controller's file has no `vars`."""

    names: tuple[str, ...] = ()

    def value(self, name: str) -> Node | None:
        """Nothing."""
        del name
        return None

    def is_reported(self, name: str) -> bool:
        """Never."""
        del name
        return False


def read_roster(
    path: Path, environ: Values[str, str], sources: Sources, report: Report
) -> Roster | None:
    """The roster that the file at an absolute path describes; None with an error in `report`."""
    written = read_document(path, sources, report)
    if written is None:
        return None
    shaped = without_flaws(written, _shape_flaws, lenient=False, report=report)
    if shaped is None:
        return None
    for place, what, name in _SECRETS:
        _check_secret(shaped, place, what, name, report)
    renderer = Renderer(environ, _NoInputs(), report, Room(report))
    typed = without_flaws(renderer.render(shaped), _type_flaws, lenient=False, report=report)
    if typed is None:
        return None
    roster = _Reading(typed, report).roster(ControllerFile.model_validate(plain(typed)))
    return None if report.has_errors else replace(roster, taken=frozenset(renderer.filled))


def _shape_flaws(root: Node) -> Iterator[Flaw]:
    return shape_flaws(root, FORM)


def _type_flaws(root: Node) -> Iterator[Flaw]:
    return type_flaws(root, FORM)


def _check_secret(root: Node, path: tuple[Step, ...], what: str, name: str, report: Report) -> None:
    """Report a secret that stands in the file, without saying it."""
    node = node_at(root, path)
    if isinstance(node, Scalar) and not _IS_VARIABLE.search(node.text):
        message = f"{what} stands in the file"
        hint = f"write {{{{ ${name} }}}}, and set that environment variable"
        report.add(secret_in_file.RULE, message, node.span, hint=hint)


class _Reading:
    """What the typed document says, with what is wrong in its values reported."""

    def __init__(self, root: Node, report: Report) -> None:
        self._root = root
        self._report = report
        self._named: dict[str, Span] = {}

    def roster(self, written: ControllerFile) -> Roster:
        """All of it."""
        host, port = self._address(written.listen or _LISTEN)
        return Roster(
            stacks=tuple(self._stack(one, at) for at, one in enumerate(written.stacks)),
            host=host,
            port=port,
            secret=written.webhook.secret if written.webhook is not None else None,
            token=written.token,
        )

    def _address(self, text: str) -> tuple[str, int]:
        """The host and the port."""
        host, _, port = text.rpartition(":")
        if host and port.isdecimal() and len(port) <= 5 and int(port) <= _LAST_PORT:
            return host.removeprefix("[").removesuffix("]"), int(port)
        at = span_of(self._root, ("listen",))
        hint = "write 127.0.0.1:4280, or 0.0.0.0:4280 for all addresses of this machine"
        self._report.add(unusable_address.RULE, f"{text!r} is no HOST:PORT", at, hint=hint)
        return "", 0

    def _stack(self, one: WrittenStack, number: int) -> Stack:
        path = ("stacks", number)
        self._check_name(one.name, span_of(self._root, (*path, "name")))
        windows = one.windows or []
        return Stack(
            name=one.name,
            repository=self._repository(one.repository, path),
            ref=self._ref(one.ref, path),
            path=self._path(one.path or ".", path),
            environment=one.environment,
            variables=tuple(f"{name}={_text(value)}" for name, value in (one.vars or {}).items()),
            interval=float(one.interval or _INTERVAL),
            drift_interval=float(one.drift_interval or _DRIFT_INTERVAL),
            prunes=one.prune,
            self_heals=bool(one.self_heal),
            suspended=bool(one.suspend),
            windows=tuple(
                self._window(each, (*path, "windows", at)) for at, each in enumerate(windows)
            ),
            at=span_of(self._root, (*path, "name")),
        )

    def _check_name(self, name: str, at: Span) -> None:
        if name in self._named:
            message = f"two stacks are called {name!r}"
            related = [Label(self._named[name], "the other one")]
            self._report.add(duplicate_stack.RULE, message, at, related=related)
        self._named.setdefault(name, at)

    def _repository(self, url: str, path: tuple[Step, ...]) -> str:
        try:
            return checked_url(url)
        except NotFetched as refused:
            at = span_of(self._root, (*path, "repository"))
            self._report.add(unusable_repository.RULE, str(refused), at, hint=refused.hint)
            return ""

    def _ref(self, text: str | None, path: tuple[Step, ...]) -> Ref:
        try:
            return Head() if text is None else parse_ref(text)
        except NotFetched as refused:
            at = span_of(self._root, (*path, "ref"))
            self._report.add(unusable_ref.RULE, str(refused), at, hint=refused.hint)
            return Head()

    def _path(self, text: str, path: tuple[Step, ...]) -> str:
        """The path without detours; it stays inside the repository."""
        plain_path = os.path.normpath(text)
        if Path(text).is_absolute() or ".." in Path(plain_path).parts:
            at = span_of(self._root, (*path, "path"))
            hint = "it counts from the repository's root: deploy.yaml, teams/shop"
            message = f"{text!r} does not lie in the repository"
            self._report.add(path_leaves_repository.RULE, message, at, hint=hint)
        return plain_path

    def _window(self, one: WrittenWindow, path: tuple[Step, ...]) -> Window:
        if not readable(one.cron):
            hint = "five fields: minute, hour, day of month, month, day of week"
            self._refuse_window(f"{one.cron!r} is no cron expression", (*path, "cron"), hint)
        zone = "UTC" if one.timezone is None else one.timezone
        if zone_of(zone) is None:
            near = nearest(zone, zoneinfo.available_timezones())
            hint = f"did you mean {near[0]!r}?" if near else "a name such as Europe/Berlin"
            self._refuse_window(f"{zone!r} is no time zone", (*path, "timezone"), hint)
        return Window(cron=one.cron, seconds=one.duration, timezone=zone, denies=bool(one.deny))

    def _refuse_window(self, message: str, path: tuple[Step, ...], hint: str) -> None:
        self._report.add(unusable_window.RULE, message, span_of(self._root, path), hint=hint)


def _text(value: Primitive) -> str:
    """The value as `--var` would give it."""
    return value if isinstance(value, str) else json.dumps(value)
