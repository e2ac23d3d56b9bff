"""What a spec says, and whether the compiler agrees.  `conftest.py` says how one is written."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from compiler import Request, compile_project
from compiler.diagnostics import Diagnostic, Report
from compiler.manifest.model import Deployment, Document, keys_of
from compiler.manifest.read import Overlays
from compiler.source.sources import Sources
from controller.read import read_roster

FLOW = """\
from datetime import date

from prefect import flow


@flow
def etl(source: str = "x", day: date | None = None, retry: int = 3) -> None: ...
"""
_ONE_DEPLOYMENT = "defaults: {entrypoint: flows/etl.py:etl}\ndeployments:\n  - name: nightly\n"
_OF_DEPLOYMENTS = frozenset(keys_of(Deployment)) - frozenset(keys_of(Document))
_READ = ("deploy.yaml", "prefect.yaml")
_CONTROLLER = "controller.yaml"
_NAMES = {"yaml": "deploy.yaml", "python": "flows/etl.py", "env": "env", "args": "args"}
_PART = re.compile(
    r"^```(?P<language>\w+) *(?P<name>[^\s(]*) *(?:\((?P<option>[\w-]+)\))?\n(?P<text>.*?)^```$"
    r"|^## (?P<heading>[^\n]+)$|^<!-- (?P<placeless>DEP[^\n]+?) -->$",
    re.MULTILINE | re.DOTALL,
)
_ANNOUNCED = re.compile(r"(?P<code>DEP\d{3})(?:: (?P<words>.*?))?(?=$|\s+# DEP)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something announced or found; `line` is 0 for what is at no line."""

    file: str = ""
    line: int = 0
    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One file of a project, as it is shown."""

    language: str
    name: str
    option: str
    text: str


@dataclass(slots=True, kw_only=True)
class Case:
    """A heading, and the project below it."""

    title: str
    line: int
    blocks: list[Block] = field(default_factory=list)
    announced: list[Finding] = field(default_factory=list)

    @property
    def is_tested(self) -> bool:
        """Whether there is anything to compile."""
        return any(block.language == "yaml" for block in self.blocks)


def read_cases(document: str) -> tuple[Case, ...]:
    """The cases of a document; what stands above the first heading is for people."""
    cases = [Case(title="", line=0)]
    for part in _PART.finditer(document):
        if part["heading"]:
            line = document.count("\n", 0, part.start()) + 1
            cases.append(Case(title=part["heading"], line=line))
        elif part["placeless"]:
            cases[-1].announced += _announced(part["placeless"])
        else:
            given = (part["language"], part["name"], part["option"] or "", part["text"])
            block = make_block(*given)
            cases[-1].blocks.append(block)
            for number, line_text in enumerate(block.text.splitlines(), start=1):
                _, mark, rest = line_text.partition("# DEP")
                cases[-1].announced += _announced(f"DEP{rest}" if mark else "", block.name, number)
    return tuple(cases[1:])


def make_block(language: str, name: str, option: str, text: str) -> Block:
    """A file as it is written; the keys of one deployment are made a whole document."""
    first = re.match(r"(\w+):", text)
    if not name and first is not None and first[1] in _OF_DEPLOYMENTS:
        text = _ONE_DEPLOYMENT + re.sub(r"^(?=.)", "    ", text, flags=re.MULTILINE)
    return Block(language=language, name=name or _NAMES[language], option=option, text=text)


def _announced(text: str, file: str = "", line: int = 0) -> Iterator[Finding]:
    for found in _ANNOUNCED.finditer(text):
        yield Finding(file=file, line=line, code=found["code"], words=found["words"] or "")


def complaints(case: Case) -> list[str]:
    """What was found and not announced, and what was announced and not found."""
    found = findings(case.blocks)
    wrong = []
    for one in case.announced:
        match = next((each for each in found if _agree(one, each)), None)
        if match is None:
            wrong.append(f"announced and not found: {_shown(one)}")
        else:
            found.remove(match)
    return wrong + [f"found and not announced: {_shown(one)}" for one in found]


def _agree(announced: Finding, found: Finding) -> bool:
    places = [(each.file, each.line, each.code) for each in (announced, found)]
    return places[0] == places[1] and announced.words in found.words


def _shown(one: Finding) -> str:
    return f"{one.file or 'at no place'}:{one.line} {one.code} {one.words}"


def findings(blocks: Sequence[Block]) -> list[Finding]:
    """What the compiler finds in a project of these files."""
    return [_finding(one) for one in diagnostics(blocks)]


def diagnostics(blocks: Sequence[Block]) -> list[Diagnostic]:
    """The same, with everything that is known of each finding."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve()
        request = _written(blocks, folder)
        if any(block.name == _CONTROLLER for block in blocks):
            report = Report()
            read_roster(folder / _CONTROLLER, request.environ, Sources(folder), report)
            return list(report)
        return list(compile_project(request).report)


def _finding(one: Diagnostic) -> Finding:
    fix = f" (fix: {one.fix.message}, {one.fix.safety})" if one.fix else " (fix: none)"
    labels = "".join(f" (label: {label.message})" for label in one.related)
    words = f"{one.severity}: {one.message} (hint: {one.hint}){fix}{labels}"
    is_in_a_file = one.at is not None and not one.at.file.startswith("--")
    file, line = (one.at.file, one.at.start.line) if one.at and is_in_a_file else ("", 0)
    return Finding(file=file, line=line, code=one.rule.code, words=words)


def _written(blocks: Sequence[Block], folder: Path) -> Request:
    (folder / ".git").mkdir()
    _write(folder / "flows" / "etl.py", FLOW)
    environ: dict[str, str] = {}
    overlays = Overlays()
    for block in blocks:
        if block.language == "env":
            environ |= dict(line.split("=", 1) for line in block.text.splitlines())
        elif block.language == "args":
            overlays = _overlays(block.text, folder)
        elif block.option != "absent":
            encoding = "latin-1" if block.option == "latin-1" else "utf-8"
            text = block.text.replace("/the/folder", folder.as_posix())
            _write(folder / block.name, text, encoding=encoding)
    return Request(
        files=tuple(folder / block.name for block in blocks if _is_asked_for(block)),
        base=folder,
        environ=environ,
        overlays=overlays,
        lenient=any(block.option == "lenient" for block in blocks),
    )


def _overlays(text: str, folder: Path) -> Overlays:
    """What the arguments of a call lay over the files: `-e`, `--var`, `--set-output` and so on."""
    words = iter(shlex.split(text))
    options = ("-e", "--var", "--var-file", "--set", "--set-output", "--no-build")
    given: dict[str, list[str]] = {option: [] for option in options}
    for option in words:
        given[option].append("" if option == "--no-build" else next(words))
    return Overlays(
        environment=next(iter(given["-e"]), None),
        variables=tuple(given["--var"]),
        var_files=tuple(folder / name for name in given["--var-file"]),
        settings=tuple(given["--set"]),
        outputs=tuple(given["--set-output"]) if given["--no-build"] else None,
    )


def _is_asked_for(block: Block) -> bool:
    name = Path(block.name).name
    return (name in _READ and block.option != "included") or block.option == "absent"


def _write(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding=encoding)
