"""A first `deploy.yaml` for flows that nobody has deployed yet, with what to do next in it."""

from collections.abc import Iterator, Sequence

from compiler.entrypoints.discover import FoundFlow
from compiler.source.yaml_writer import spelled

POOL = "local"
_NAME = "default"


def begun(stack: str, flows: Sequence[FoundFlow], *, remote: str | None = None) -> str:
    """The text of the file; `remote` is where workers could clone the repository from."""
    own = [each for each in flows if not each.is_called]
    parts = [*_head(stack), *_pull(remote), *_deployments(own)]
    if len(own) < len(flows):
        parts += ["", "# Called by other flows, and so not deployed by themselves:"]
        parts += [f"#   {each.entrypoint}" for each in flows if each.is_called]
    return "\n".join(parts) + "\n"


def _head(stack: str) -> Iterator[str]:
    yield "# Check it:  deploy validate"
    yield "# Look:      deploy plan"
    yield "# Apply it:  deploy"
    yield f"stack: {spelled(stack)}          # whose things these are, on the server"
    yield ""
    yield "work_pools:"
    yield f"  - name: {POOL}          # runs need a worker: prefect worker start --pool {POOL}"
    yield "    type: process"
    yield ""
    yield "# For a pool that is there already, in place of the lines above:"
    yield "# external: {work_pools: [NAME]}"
    yield ""
    yield "defaults:               # laid under every deployment"
    yield f"  work_pool: {{name: {POOL}}}"
    yield "  # tags: [team]"
    yield ""


def _pull(remote: str | None) -> Iterator[str]:
    """Where workers get the code from; by default they look for it where it is now."""
    if remote is None:
        return
    yield "# Workers look for the code in this folder. To let them clone it:"
    yield "# pull:"
    yield "#   - prefect.deployments.steps.git_clone:"
    yield f"#       repository: {spelled(remote)}"
    yield ""


def _deployments(flows: Sequence[FoundFlow]) -> Iterator[str]:
    yield "deployments:" if flows else "deployments: []     # no flow was found"
    for number, each in enumerate(flows):
        if number:
            yield ""
        yield from _deployment(each, is_first=number == 0)


def _deployment(found: FoundFlow, *, is_first: bool) -> Iterator[str]:
    summary = (found.flow.description or "").strip().split("\n")[0]
    if summary and summary.isprintable():
        yield f"  # {summary}"
    yield f"  - name: {_NAME}"
    yield f"    entrypoint: {spelled(found.entrypoint)}"
    if found.flow.name is None:
        yield "    # The flow's name cannot be read from its source: put it here."
        yield f"    flow_name: {spelled(found.function.rpartition('.')[2].replace('_', '-'))}"
    needed = _needed(found)
    if needed:
        yield "    # A run needs these: give them here, or when it is started."
        yield f"    # parameters: {{{', '.join(f'{spelled(name)}: …' for name in needed)}}}"
    if is_first:
        yield "    # schedules:"
        yield '    #   - {slug: nightly, cron: "0 3 * * *", timezone: UTC}'


def _needed(found: FoundFlow) -> list[str]:
    required = found.flow.parameter_schema.get("required")
    return [str(name) for name in required] if isinstance(required, list | tuple) else []
