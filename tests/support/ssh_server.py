"""Repositories over SSH: a real server of it, a real agent, and Git's own program behind them.

with ssh_server(folder) as server, agent(folder, server.key) as socket:
    git(here, "clone", f"{server.url}/shop.git")     # with `server.known` and the agent's socket
"""

import asyncio
import os
import shlex
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import asyncssh

USER = "git"
_ALLOWED = frozenset({"git-upload-pack", "git-upload-archive"})


@dataclass(kw_only=True)
class SshServer:
    """A server for the repositories in `root`, which reads and is never written to.

    `key` is the file of the one key that it lets in, `known` a file in the form of known_hosts
    that names the server's own; `asked` are the commands that it was told to run.
    """

    root: Path
    key: Path
    known: Path
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """What comes before a repository's path."""
        return f"ssh://{USER}@127.0.0.1:{self.port}"


def new_key(path: Path) -> Path:
    """A private key of OpenSSH's form, for its owner's eyes only, and the public one beside it."""
    made = asyncssh.generate_private_key("ssh-ed25519")
    made.write_private_key(path)
    made.write_public_key(f"{path}.pub")
    path.chmod(0o600)
    return path


@contextmanager
def ssh_server(folder: Path, root: Path) -> Iterator[SshServer]:
    """A server on a port of this machine, whose keys lie in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    host = new_key(folder / "host")
    server = SshServer(root=root, key=new_key(folder / "key"), known=folder / "known_hosts")
    began, ended = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    connected: list[asyncssh.SSHServerConnection] = []

    class Door(asyncssh.SSHServer):
        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            connected.append(conn)

    async def run(process: "asyncssh.SSHServerProcess[bytes]") -> None:
        await _run(process, server)

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        async with await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Door,
            server_host_keys=[str(host)],
            authorized_client_keys=f"{server.key}.pub",
            process_factory=run,
            encoding=None,
        ) as acceptor:
            server.port = acceptor.get_port()
            began.set()
            await ended.wait()
        for each in connected:
            each.close()
            await each.wait_closed()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert began.wait(30), "the server does not begin"
    public = Path(f"{host}.pub").read_text(encoding="utf-8")
    server.known.write_text(f"[127.0.0.1]:{server.port} {public}", encoding="utf-8")
    try:
        yield server
    finally:
        loops[0].call_soon_threadsafe(ended.set)
        thread.join(30)


async def _run(process: "asyncssh.SSHServerProcess[bytes]", server: SshServer) -> None:
    """Give out a repository, as a host's own shell for Git does; nothing else is run."""
    told = process.command or ""
    server.asked.append(told)
    words = shlex.split(told)
    if len(words) != 2 or words[0] not in _ALLOWED:  # a program and a path
        process.stderr.write(b"no such command\n")
        process.exit(127)
        return
    repository = server.root / words[1].lstrip("/")
    version = process.env.get("GIT_PROTOCOL")
    child = await asyncio.create_subprocess_exec(
        *(words[0], str(repository)),
        env={**os.environ, **({"GIT_PROTOCOL": str(version)} if version else {})},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    asking = asyncio.create_task(_pour(process.stdin, child.stdin))
    await _pour(child.stdout, process.stdout)
    code = await child.wait()
    asking.cancel()
    process.exit(code)


class _Source(Protocol):
    async def read(self, n: int = -1, /) -> bytes: ...


class _Drain(Protocol):
    def write(self, data: bytes, /) -> None: ...
    def write_eof(self) -> None: ...
    async def drain(self) -> None: ...


async def _pour(source: _Source, drain: _Drain) -> None:
    while data := await source.read(2**16):
        drain.write(data)
        await drain.drain()
    drain.write_eof()


@contextmanager
def agent(folder: Path, *keys: Path) -> Iterator[Path]:
    """An agent that holds these keys; the socket that it is asked through."""
    socket = folder / "agent"
    with subprocess.Popen(["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.DEVNULL) as it:
        try:
            while not socket.exists():
                assert it.poll() is None, "the agent does not begin"
            environment = {**os.environ, "SSH_AUTH_SOCK": str(socket)}
            for key in keys:
                subprocess.run(
                    ["ssh-add", "-q", str(key)], env=environment, check=True, capture_output=True
                )
            yield socket
        finally:
            it.terminate()
