"""Coverage-guided fuzzing of the compiler, bounded: `python -m tests.fuzz.run yaml 60`.

Whatever the bytes, there has to be a report: no exception, and every place inside its
file. The corpus is made from the specs. A finding is printed with the bytes that made it.
"""

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["compiler"]):
    from compiler import Request, compile_project
    from compiler.entrypoints.flow import read_flow
    from compiler.source.sources import Sources
from tests.specs.spec import read_cases

SPECS = Path(__file__).resolve().parents[1] / "specs"
FLOW = "from prefect import flow\n@flow\ndef etl(source: str = 'x', rows: int = 1): ...\n"
_LONGEST = 4_000  # bytes of one input


def as_deployments(data: bytes) -> None:
    """The bytes as a deployment file."""
    folder = Path("/nowhere")
    sources = Sources(folder)
    sources.give(folder / "deploy.yaml", data)
    sources.give(folder / "flows" / "etl.py", FLOW.encode())
    files = (folder / "deploy.yaml",)
    compiled = compile_project(Request(files=files, base=folder, environ={"A": "b"}), sources)
    text = data.decode("utf-8-sig", errors="replace")
    last = len(text.splitlines()) + 1
    for found in compiled.report:
        if found.at is not None and found.at.file == "deploy.yaml":
            assert 1 <= found.at.start.line <= last, found
    assert (compiled.desired is None) == compiled.report.has_errors


def as_flow(data: bytes) -> None:
    """The bytes as the source of a flow."""
    read_flow(data.decode("utf-8", errors="replace"), "etl")


TARGETS: Mapping[str, tuple[Callable[[bytes], None], str]] = {
    "yaml": (as_deployments, "yaml"),
    "flow": (as_flow, "python"),
}


def write_corpus(folder: Path, language: str) -> None:
    """Every block of the specs in a language, as a file of its own."""
    documents = (path.read_text(encoding="utf-8") for path in sorted(SPECS.glob("*.md")))
    blocks = (
        block
        for document in documents
        for case in read_cases(document)
        for block in case.blocks
        if block.language == language
    )
    for number, block in enumerate(blocks):
        (folder / str(number)).write_text(block.text, encoding="utf-8")


def main(name: str, seconds: int) -> None:
    """Fuzz one target for so many seconds; the process ends with 0 if nothing was found."""
    target, language = TARGETS[name]
    with tempfile.TemporaryDirectory() as place:
        write_corpus(Path(place), language)
        bounds = [f"-max_total_time={seconds}", f"-max_len={_LONGEST}", "-timeout=20"]
        atheris.Setup([sys.argv[0], *bounds, "-verbosity=0", place], target)
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
