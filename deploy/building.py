"""Run the steps that a plan waits for, before the first write; and say what they put out."""

import json
import os
from collections import deque
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from compiler.desired.json import Json
from compiler.desired.steps import Built, Recipe, Turn, turns_of
from compiler.diagnostics import Report
from compiler.diagnostics.pages import no_step_runner, step_failed
from compiler.plan.build import Plan
from compiler.plan.mask import secrets_in
from deploy.console import Console
from deploy.job import Job, ready
from deploy.step_process import NoRunner, StepFailed, StepProcess, step_process
from deploy.target import Target

_ABOUT_SERVERS = ("PREFECT_PROFILE", "PREFECT_API_KEY", "PREFECT_API_AUTH_STRING")
_LONGEST = 400  # letters of why a step failed
_KEPT = 200  # lines of what steps print, for when one fails


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What steps have put out up to now, and the folder that they have moved to, if they have."""

    outputs: Mapping[str, Json] = field(default_factory=dict)
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Where steps run: `base` is the absolute folder that messages name files from."""

    base: Path
    target: Target
    environ: Mapping[str, str]
    console: Console

    def folder_of(self, turn: Turn) -> str:
        """Where a step begins: beside the file that it is written in."""
        folder = Path(os.path.normpath(self.base / turn.step.at.file)).parent
        return str(folder if folder.is_dir() else self.base)

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of a step: its templates ask the server that the plan is for."""
        target, environ = self.target, dict(self.environ)
        for name in _ABOUT_SERVERS:
            environ.pop(name, None)
        told = {
            "PREFECT_API_URL": target.url or "",  # empty: not even the profile's
            "PREFECT_API_KEY": target.api_key,
            "PREFECT_API_AUTH_STRING": target.auth_string,
            "PREFECT_CLIENT_CUSTOM_HEADERS": json.dumps(dict(target.headers)),
            "PREFECT_API_SSL_CERT_FILE": target.ca_file,
            "PREFECT_API_TLS_INSECURE_SKIP_VERIFY": "true" if target.insecure else "false",
            "PREFECT_SERVER_EPHEMERAL_ENABLED": "true" if target.url is None else "false",
        }
        return environ | {name: value for name, value in told.items() if value is not None}


class NotBuilt(Exception):
    """The steps did not run to their end, or did not put out what is needed; `report` says why."""

    def __init__(self, report: Report) -> None:
        super().__init__("the steps did not run to their end")
        self.report = report


async def after_steps(plan: Plan, job: Job, console: Console) -> Job:
    """The job with what the steps of a plan have put out.

    The files are compiled again, as they were read: what rules say of the values is heard too.

    Raises:
        NotBuilt: a step failed, or the values are not right.
    """
    assert job.after_steps is not None
    workshop = Workshop(base=job.base, target=job.target, environ=os.environ, console=console)
    report = Report()
    built = await run_steps(plan.recipes, workshop, report)
    if built is None:
        raise NotBuilt(report)
    compiled = job.after_steps(built)
    desired = ready(compiled, job.target)
    if desired is None:
        raise NotBuilt(compiled.report)
    return replace(job, desired=replace(desired, secrets=console.mask.secrets))


async def run_steps(
    recipes: tuple[Recipe, ...], workshop: Workshop, report: Report
) -> Built | None:
    """What the steps have put out; None where one failed, which is reported at its line.

    Each distinct step runs once, those of `build` before all of `push`.
    """
    printed = _Printed(workshop.console)
    built = await _run(recipes, workshop, printed, report)
    if built is None:
        printed.tell_kept()
    return built


class _Printed:
    """What steps print: told as it comes, or with --quiet the last of it where one fails."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._kept: deque[str] = deque(maxlen=_KEPT)

    def hear(self, line: str) -> None:
        """Tell it or keep it."""
        if self._console.is_quiet:
            self._kept.append(line)
        self._console.tell(line)

    def tell_kept(self) -> None:
        """Say what was kept."""
        for line in self._kept:
            self._console.warn(line)


async def _run(
    recipes: tuple[Recipe, ...], workshop: Workshop, printed: _Printed, report: Report
) -> Built | None:
    turns = turns_of(recipes)
    states: dict[str | None, _State] = {None: _State()}
    async with AsyncExitStack() as stack:
        running = _Running(workshop=workshop, stack=stack, printed=printed)
        for number, turn in enumerate(turns, start=1):
            step = turn.step
            what = f"step {number} of {len(turns)}: {step.section} {step.name}"
            printed.hear(f"{what} ({step.function})")
            try:
                states[turn.key] = await running.ran(turn, states[turn.after])
            except NoRunner as error:
                _report_absent(turn, str(error), report)
                return None
            except StepFailed as error:
                _report_failed(turn, str(error), report)
                return None
    return Built(outputs={str(recipe.key): states[recipe.key].outputs for recipe in recipes})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """The processes that run steps, one a folder: modules there may have the same names."""

    workshop: Workshop
    stack: AsyncExitStack
    printed: _Printed
    processes: dict[str, StepProcess] = field(default_factory=dict)

    async def ran(self, turn: Turn, before: _State) -> _State:
        """How things stand after a step."""
        step, hide = turn.step, self.workshop.console.mask.learn
        home = self.workshop.folder_of(turn)
        hide(secrets_in(step.inputs))
        process = await self._process(home)
        begins_in = before.moved_to or home
        outputs, ended_in = await process.run(
            {step.function: step.inputs}, before.outputs, begins_in
        )
        hide(secrets_in(outputs))
        moved_to = before.moved_to if _is_same(ended_in, begins_in) else ended_in
        return _State(outputs=outputs, moved_to=moved_to)

    async def _process(self, folder: str) -> StepProcess:
        if folder not in self.processes:
            hear, hide = self.printed.hear, self.workshop.console.mask.learn
            entered = step_process(folder, self.workshop.surroundings, hear, hide)
            self.processes[folder] = await self.stack.enter_async_context(entered)
        return self.processes[folder]


def _is_same(folder: str, other: str) -> bool:
    return os.path.realpath(folder) == os.path.realpath(other)


def _report_absent(turn: Turn, why: str, report: Report) -> None:
    message = f"nothing can run the steps of 'build' and 'push': {why}"
    hint = "pip install 'prefect-reconciler[embedded]', or say --no-build"
    report.add(no_step_runner.RULE, message, turn.step.at, hint=hint)


def _report_failed(turn: Turn, why: str, report: Report) -> None:
    lines = [line for line in why.splitlines() if line.strip()]
    message = f"the step {turn.step.name!r} failed: {' '.join(lines[:3])[:_LONGEST]}"
    hint = "nothing was written to the server"
    report.add(step_failed.RULE, message.rstrip(": "), turn.step.at, hint=hint)
