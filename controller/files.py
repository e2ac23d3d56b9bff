"""From the files of a commit to what they want: compiled, with nothing of this machine in it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from compiler import Compilation, Overlays, Request, compile_project
from compiler.desired.clone import Clone
from compiler.desired.secret import FromFile, Source
from compiler.source.sources import Sources
from compiler.state.ledger import Origin
from controller.roster import Stack
from reconciler.gitops.checkout import normalised

_SHORT = 8  # as many letters of a commit as Prefect keeps
_OURS = ("PREFECT_", "DEPLOY_", "GIT_", "SSH_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of a commit, in an absolute folder with no links in its path.

    `clone` is where workers find them; None for what lies in no repository.  `subject` is the
    first line of the commit's message.
    """

    folder: Path
    commit: str
    clone: Clone | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """What came of compiling files that lie in `folder`, and where the stack is applied from."""

    compilation: Compilation
    origin: Origin
    folder: Path

    def reach(self, source: Source) -> Source | None:
        """Where a secret is read; None for what is not in the commit: whoever may push asks."""
        if not isinstance(source, FromFile):
            return None
        found = _real(source.path)
        return replace(source, path=found) if found.is_relative_to(self.folder) else None


def compile_files(stack: Stack, files: Files, environ: Mapping[str, str]) -> Compiled:
    """Compile the stack's file.  Its steps of `build` and `push` do not run here.

    Links that lead out of the folder are taken away first.
    """
    folder = files.folder
    _remove_links_out_of(folder)
    request = Request(
        files=(Path(os.path.normpath(folder / stack.path)),),
        base=folder,
        environ=environ,
        overlays=Overlays(environment=stack.environment, variables=stack.variables, outputs=()),
        project=stack.name,
        revision=files.commit[:_SHORT],
        clone=files.clone,
    )
    compilation = compile_project(request, Sources(folder))
    names = (os.path.relpath(_real(each), folder) for each in compilation.files)
    origin = Origin(
        remote=normalised(stack.repository),
        files=tuple(sorted(names)),
        environment=stack.environment,
    )
    return Compiled(compilation=compilation, origin=origin, folder=folder)


def shown_to_files(environ: Mapping[str, str], taken: frozenset[str]) -> Mapping[str, str]:
    """The environment without what the controller needs itself: everybody who may push reads it."""
    return {
        name: value
        for name, value in environ.items()
        if name not in taken and not name.startswith(_OURS)
    }


def _remove_links_out_of(folder: Path) -> None:
    for around, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(around, name)
            if path.is_symlink() and not _real(path).is_relative_to(folder):
                path.unlink()


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
