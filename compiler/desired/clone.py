"""Where workers find the code that a file was read with, if the file itself does not say it."""

from dataclasses import dataclass
from pathlib import Path

from compiler.desired.json import Json

GIT_CLONE = "prefect.deployments.steps.git_clone"
SET_DIRECTORY = "prefect.deployments.steps.set_working_directory"
_ID = "clone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """A repository, at a branch or a tag, or at a commit; its files lie in the folder `root`.

    One that `is_fixed` stays at what it is, as a tag does: workers that begin elsewhere
    would run other code.
    """

    repository: str
    root: Path
    branch: str | None = None
    commit: str | None = None
    is_fixed: bool = False

    def steps(self, folder: str) -> list[Json]:
        """The pull steps that clone it, and go to where `folder` is in it."""
        inputs: dict[str, Json] = {"repository": self.repository}
        if self.branch is not None:
            inputs["branch"] = self.branch
        elif self.commit is not None:
            inputs["commit_sha"] = self.commit
        if Path(folder) == self.root or not Path(folder).is_relative_to(self.root):
            return [{GIT_CLONE: inputs}]
        below = Path(folder).relative_to(self.root).as_posix()
        there: Json = {"directory": f"{{{{ {_ID}.directory }}}}/{below}"}
        return [{GIT_CLONE: {"id": _ID, **inputs}}, {SET_DIRECTORY: there}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What is known of the code beside its files.

    `revision` is the commit that stands for it, None outside of version control; `clone` is
    where it was read from, None for files that lie here.
    """

    revision: str | None = None
    clone: Clone | None = None
