"""From settings to what the libraries ask for: a client, a request, an origin."""

import asyncio
import getpass
import os
import socket
import stat
import sys
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from compiler import Overlays, Request
from compiler.source.sources import LARGEST, Sources, up_to_the_largest
from deploy import garbage
from deploy.cache_folder import cache_folder
from deploy.complaint import Complaint
from deploy.options import BuildingArguments, ProjectArguments

if TYPE_CHECKING:
    import ssl

    from compiler.plan.mask import Mask
    from compiler.state.ledger import Origin
    from deploy.fetched import Fetched
    from deploy.target import Target
    from reconciler.api.auth import Credentials
    from reconciler.api.client import PrefectClient
    from reconciler.api.trace import Hearer
    from reconciler.gitops.checkout import Checkout
    from reconciler.remember import Stamp

_COMMITS = ("GITHUB_SHA", "CI_COMMIT_SHA", "BITBUCKET_COMMIT", "BUILD_SOURCEVERSION")
_PERSONS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILD_REQUESTEDFOREMAIL", "CHANGE_AUTHOR")
_STANDARD_INPUT = ("-", "/dev/stdin")
_OF_SHELLS = ("/dev/fd/", "/proc/self/fd/")  # what bash and zsh make of <(command)
_GIT_INPUT = "git+"
_OBJECTS = 200_000  # a run ends soon
SHORT = 8  # as many letters of a commit as Prefect keeps
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The files of a run, read from the folder it was called in.

    `earlier` is the commit that they are read from, and `fetched` a repository somewhere else
    that they lie in; None for the files that lie there.
    """

    request: Request
    sources: Sources
    checkout: "Checkout | None"
    earlier: str | None = None
    fetched: "Fetched | None" = None


def open_project(
    arguments: ProjectArguments,
    *,
    ask_git: bool = True,
    building: BuildingArguments | None = None,
) -> Project:
    """The project that `-f` names; the current folder if it names nothing.

    What only a plan needs is asked of Git only where `ask_git` says so.  Files of a repository
    that is somewhere else are there until the command ends.

    Raises:
        Complaint: an option has no value.
        Refused: the files are in a repository that cannot be read.
    """
    there = _fetched(arguments.files)
    base = Path.cwd() if there is None else there.root
    sources = Sources(base)
    names = arguments.files if there is None else there.names
    paths = _paths("-f", names or (".",), base, sources)
    folder = paths[0] if paths[0].is_dir() else paths[0].parent
    checkout = _checkout(folder) if ask_git else None
    overlays = Overlays(
        environment=arguments.environment,
        variables=arguments.variables,
        var_files=_paths("--var-file", arguments.var_files, Path.cwd(), sources),
        settings=arguments.settings,
        outputs=building.ran_elsewhere if building is not None else None,
    )
    request = Request(
        files=paths,
        base=base,
        environ=os.environ,
        overlays=overlays,
        lenient=arguments.lenient,
        stack=arguments.stack,
        project=_project_name(checkout),
        revision=_revision(checkout) if there is None else there.commit.id[:SHORT],
        clone=None if there is None else there.clone,
        cache=cache_folder(os.environ, base=Path.cwd(), platform=sys.platform),
    )
    return Project(request=request, sources=sources, checkout=checkout, fetched=there)


def refuse_git_inputs(names: Iterable[str]) -> None:
    """Say that files of a repository somewhere else are not written.

    Raises:
        Complaint: there is one among them.
    """
    for name in names:
        if name.startswith(_GIT_INPUT):
            message = "files of a repository that is somewhere else cannot be written"
            raise Complaint(message, hint="clone it, and run this there")


def _fetched(names: tuple[str, ...]) -> "Fetched | None":
    if not any(name.startswith(_GIT_INPUT) for name in names):
        return None
    from deploy.fetched import fetched  # noqa: PLC0415  # only where there is something to fetch

    return click.get_current_context().with_resource(fetched(names, os.environ))


def _paths(option: str, names: Iterable[str], base: Path, sources: Sources) -> tuple[Path, ...]:
    """The absolute paths of files; a stream, such as `-`, is as a file of this folder.

    Raises:
        Complaint: a name is empty, or a stream has more than a file may have.
    """
    paths = []
    for number, name in enumerate(names, start=1):
        if not name:
            raise Complaint(f"{option} needs a value", hint="is the variable set?")
        path = Path(os.path.abspath(base / name))  # noqa: PTH100  # resolve() would follow links
        if is_stream(name):
            is_input = name in _STANDARD_INPUT
            path = base / ("<stdin>" if is_input else f"<{option.strip('-')} {number}>")
            sources.give(path, _drained(name))
        paths.append(path)
    return tuple(paths)


def is_stream(name: str) -> bool:
    """Whether it can be read once only: `-`, a pipe, a device, a shell's `<(command)`."""
    if name in _STANDARD_INPUT or name.startswith(_OF_SHELLS):
        return True
    try:
        mode = Path(name).stat().st_mode
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _drained(name: str) -> bytes:
    if name in _STANDARD_INPUT:
        data = up_to_the_largest(sys.stdin.buffer)
    else:
        with Path(name).open("rb") as stream:
            data = up_to_the_largest(stream)
    if data is None:
        raise Complaint(
            f"{name!r} has more than {LARGEST // 2**20} MB", hint="is it the right one?"
        )
    return data


def _checkout(folder: Path) -> "Checkout | None":
    try:
        from reconciler.gitops.checkout import read_checkout  # noqa: PLC0415  # slow to import
    except ImportError:  # GitPython finds no git command
        return None
    there = next((each for each in (folder, *folder.parents) if each.is_dir()), folder)
    return read_checkout(there)


def _project_name(checkout: "Checkout | None") -> str | None:
    remote = checkout.remote if checkout is not None else None
    return remote.rpartition("/")[2] if remote else None


def _revision(checkout: "Checkout | None") -> str | None:
    """The commit as Prefect derives it: a pipeline's word, else HEAD if there is a remote."""
    told = next((os.environ[name] for name in _COMMITS if os.environ.get(name)), None)
    if told:
        return told[:SHORT]
    if checkout is None or checkout.remote is None or checkout.commit is None:
        return None
    return checkout.commit[:SHORT]


def origin_of(project: Project, files: tuple[Path, ...]) -> "Origin":
    """Where the stack is applied from: the repository, and its root files inside it."""
    from compiler.state.ledger import Origin  # noqa: PLC0415  # only a plan asks

    checkout = project.checkout
    root = checkout.root.resolve() if checkout is not None else None
    names = sorted(_inside(project.sources.real(file), root) for file in files)
    return Origin(
        remote=checkout.remote if checkout else None,
        files=tuple(names),
        environment=project.request.overlays.environment,
    )


def stamp_of(checkout: "Checkout | None", environ: Mapping[str, str], at: datetime) -> "Stamp":
    """What the history will say of this apply: a pipeline's person, else who is logged in here."""
    from reconciler.remember import Stamp  # noqa: PLC0415  # only an apply asks

    person = next((environ[name] for name in _PERSONS if environ.get(name)), None)
    return Stamp(
        who=person or _somebody_here(),
        tool=version("prefect-reconciler"),
        at=at,
        commit=_commit(environ, checkout),
    )


def _somebody_here() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        name = "somebody"
    return f"{name}@{socket.gethostname()}"


def _commit(environ: Mapping[str, str], checkout: "Checkout | None") -> str | None:
    """The whole commit: a pipeline's word, else HEAD."""
    told = next((environ[name] for name in _COMMITS if environ.get(name)), None)
    return told or (checkout.commit if checkout is not None else None)


def _inside(file: Path, root: Path | None) -> str:
    within = root is not None and file.is_relative_to(root)
    return file.relative_to(root).as_posix() if root is not None and within else file.name


def on_server(work: Coroutine[object, object, T], mask: "Mask") -> T:
    """What came of the work.

    Raises:
        Complaint: the server said no.
    """
    from reconciler.api.errors import ApiError  # noqa: PLC0415  # httpx takes its time

    garbage.look_for_garbage(every=_OBJECTS)
    try:
        return asyncio.run(work)
    except ApiError as error:  # the server's words may quote what it was sent
        raise Complaint(mask.text(str(error)), hint=error.hint) from error


@asynccontextmanager
async def open_client(
    target: "Target", hearer: "Hearer | None" = None
) -> "AsyncIterator[PrefectClient]":
    """A client of the target, open as long as the context is; `hearer` is told of its requests.

    Raises:
        Complaint: the certificate file cannot be used, or Prefect is not installed.
        Unreachable: the address is none.
    """
    from reconciler.api.client import PrefectClient  # noqa: PLC0415  # httpx takes its time
    from reconciler.api.connect import connect  # noqa: PLC0415

    if target.url is None:
        from deploy.embedded import URL, embedded_server  # noqa: PLC0415

        async with embedded_server() as transport, connect(URL, transport=transport) as http:
            yield PrefectClient(http, hearer=hearer)
        return
    async with connect(
        target.url,
        auth=credentials_of(target),
        headers=target.headers,
        verify=_verify(target),
    ) as http:
        yield PrefectClient(http, hearer=hearer)


def credentials_of(target: "Target") -> "Credentials | None":
    """Who we are to the server; None where it asks nobody."""
    from reconciler.api.auth import ApiKey, Basic  # noqa: PLC0415  # httpx takes its time

    if target.auth_string:
        return Basic(user_and_password=target.auth_string)
    return ApiKey(key=target.api_key) if target.api_key else None


def tls_of(target: "Target") -> "ssl.SSLContext":
    """How certificates are looked at, and which one is shown, for more than a client.

    Raises:
        Complaint: the certificate file cannot be used.
    """
    from reconciler.api.tls import authorities  # noqa: PLC0415  # httpx takes its time

    verify = _verify(target)
    return authorities(None, insecure=not verify) if isinstance(verify, bool) else verify


def _verify(target: "Target") -> "ssl.SSLContext | bool":
    """How certificates are looked at, and which one is shown."""
    if target.key_file is not None and target.cert_file is None:
        message = "DEPLOY_CLIENT_KEY names a key without a certificate"
        raise Complaint(message, hint="name the certificate in DEPLOY_CLIENT_CERT")
    if not target.is_encrypted:
        return False
    if target.ca_file is None and target.cert_file is None:
        return not target.insecure
    from reconciler.api.tls import authorities, show_certificate  # noqa: PLC0415  # as above

    with _usable(target.ca_file):
        context = authorities(target.ca_file, insecure=target.insecure)
    if target.cert_file is not None:
        with _usable(target.cert_file):
            show_certificate(context, target.cert_file, target.key_file)
    return context


@contextmanager
def _usable(path: str | None) -> Iterator[None]:
    """Raises a Complaint about the certificate file that is read in this block."""
    try:
        yield
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"the certificate file {path!r} cannot be used: {reason}"
        raise Complaint(message, hint="it has to be a file in PEM form that holds one") from error
