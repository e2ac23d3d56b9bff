"""What the pipeline step does: `deploy`, a comment on the pull request, outputs for later steps.

It is told by the environment: INPUT_COMMAND and the others of `action.yml`, and what the forge
says of the pipeline. Standard library only; `deploy` is looked for on the PATH.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from action.forge import Refused, approved, comment, here

_CHANGES = 2
_TRIES = 3  # at two views of one plan
_COMMANDS = ("validate", "plan", "apply", "drift")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a plan says of itself."""

    stack: str
    digest: str
    summary: str
    has_changes: bool


def main(environ: Mapping[str, str]) -> int:
    """Do what INPUT_COMMAND says; the exit code is `deploy`'s."""
    command = environ.get("INPUT_COMMAND", "")
    if command not in _COMMANDS:
        print(f"command is one of {', '.join(_COMMANDS)}, not {command!r}", file=sys.stderr)
        return 1
    options = options_of(environ)
    match command:
        case "validate":
            return validate(options, environ)
        case "plan":
            return plan(options, environ)
        case "apply":
            return apply(options, environ)
        case _:
            return drift(options, environ)


def options_of(environ: Mapping[str, str]) -> list[str]:
    """The options that files, environment and further arguments make."""
    files = [line.strip() for line in environ.get("INPUT_FILE", "").splitlines() if line.strip()]
    environment = environ.get("INPUT_ENVIRONMENT", "")
    return [
        *(word for file in files for word in ("-f", file)),
        *(["-e", environment] if environment else []),
        *shlex.split(environ.get("INPUT_ARGUMENTS", "")),
    ]


def validate(options: Sequence[str], environ: Mapping[str, str]) -> int:
    """Findings beside the lines of the pull request, and as SARIF."""
    sarif = Path(environ.get("RUNNER_TEMP", tempfile.gettempdir())) / "deploy.sarif"
    found = deploy("validate", "--format", "sarif", *options)
    sarif.write_text(found.stdout, encoding="utf-8")
    output(environ, sarif=str(sarif), changed="false")
    style = "github" if environ.get("GITHUB_ACTIONS") == "true" else "text"
    return subprocess.run(
        ["deploy", "validate", "--format", style, *options], check=False
    ).returncode


def plan(options: Sequence[str], environ: Mapping[str, str]) -> int:
    """The plan, as a summary of the job and as a comment that is kept up to date."""
    made, text, found = both_views(options)
    sys.stderr.write(made.stderr)
    if found is None:
        say(environ, failed(made.stderr), stack=None)
        return made.returncode or 1
    tell(environ, found)
    say(environ, f"<!-- digest: {found.digest} -->\n{text}", stack=found.stack)
    return made.returncode


def both_views(
    options: Sequence[str],
) -> tuple["subprocess.CompletedProcess[str]", str, Plan | None]:
    """The plan for programs and for people, of one moment: they have one digest."""
    for tries_left in reversed(range(_TRIES)):
        made = deploy("plan", "--format", "json", *options)
        text = deploy("plan", "--format", "markdown", *options).stdout
        found = read(made.stdout)
        if found is None or found.digest in text or not tries_left:
            return made, text, found
    raise AssertionError("the last try returns")


def apply(options: Sequence[str], environ: Mapping[str, str]) -> int:
    """Apply; with `approved` only the plan that the merged pull request showed."""
    made = deploy("plan", "--format", "json", *options)
    found = read(made.stdout)
    if found is None or made.returncode != 0:
        sys.stderr.write(made.stderr)
        return made.returncode or 1
    expected: list[str] = []
    if environ.get("INPUT_APPROVED") == "true":
        digest = approved_digest(environ, found.stack)
        if digest is None:
            print(f"no pull request shows a plan for {found.stack!r}", file=sys.stderr)
            return 1
        expected = ["--expect", digest]
    done = subprocess.run(["deploy", "--yes", *expected, *options], check=False)
    if done.returncode == 0:
        tell(environ, found)
    return done.returncode


def drift(options: Sequence[str], environ: Mapping[str, str]) -> int:
    """Whether anything has moved on the server; that is no failure, but an output."""
    found = deploy("drift", *options)
    sys.stdout.write(found.stdout)
    sys.stderr.write(found.stderr)
    output(environ, changed=str(found.returncode == _CHANGES).lower())
    return 0 if found.returncode == _CHANGES else found.returncode


def approved_digest(environ: Mapping[str, str], stack: str) -> str | None:
    """The digest that was looked at before the merge; None where none can be found."""
    try:
        forge = here(environ)
        return None if forge is None else approved(forge, stack)
    except Refused as refused:
        print(f"the forge says no: {refused}", file=sys.stderr)
        return None


def read(text: str) -> Plan | None:
    """What matters of a plan's document; None where there is none."""
    if not text.strip():
        return None
    document: Mapping[str, Any] = json.loads(text)
    counts = document["counts"]
    shown = (("create", "create"), ("update", "change"), ("delete", "delete"))
    return Plan(
        stack=document["stack"],
        digest=document["digest"],
        summary=", ".join(f"{counts[key]} to {verb}" for key, verb in shown),
        has_changes=bool(document["actions"]),
    )


def tell(environ: Mapping[str, str], found: Plan) -> None:
    """The outputs of a plan."""
    changed = str(found.has_changes).lower()
    output(environ, changed=changed, digest=found.digest, summary=found.summary)


def failed(stderr: str) -> str:
    """What a summary says where there is no plan."""
    return f"**There is no plan.**\n\n```text\n{stderr.replace('```', '` ` `')}\n```\n"


def say(environ: Mapping[str, str], text: str, *, stack: str | None) -> None:
    """The text as the job's summary, and for a stack as a comment; no comment is no failure."""
    if summary := environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(text + "\n")
    else:
        print(text)
    if stack is None or environ.get("INPUT_COMMENT", "true") != "true":
        return
    try:
        if (forge := here(environ)) is not None:
            comment(forge, stack, text)
    except Refused as refused:
        print(f"there is no comment: {refused}", file=sys.stderr)


def output(environ: Mapping[str, str], **values: str) -> None:
    """Values for later steps: GitHub's file, or a dotenv file for GitLab and others."""
    file = environ.get("GITHUB_OUTPUT") or environ.get("DEPLOY_OUTPUT")
    if not file:
        return
    with Path(file).open("a", encoding="utf-8") as stream:
        for name, value in values.items():
            key = name if environ.get("GITHUB_OUTPUT") else f"DEPLOY_{name.upper()}"
            stream.write(f"{key}={value}\n")


def deploy(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command, and keep what it says."""
    return subprocess.run(
        ["deploy", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    raise SystemExit(main(os.environ))
