"""What is wanted with nothing left open, once all that is secret in it is known to a mask."""

from dataclasses import dataclass, field, replace

from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report
from compiler.plan.mask import Mask, secrets_wanted, texts_of_blocks
from reconciler import pipeline
from reconciler.api.client import PrefectClient
from reconciler.api.errors import ApiError
from reconciler.observe.block_types import Installed, nothing_installed
from reconciler.observe.sources import SourceReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrecy:
    """Where the secrets of one run are read from, and what hides them in all that it says."""

    mask: Mask
    reader: SourceReader = field(default_factory=SourceReader)
    installed: Installed = nothing_installed


async def settled(
    desired: DesiredState, client: PrefectClient, secrecy: Secrecy, report: Report
) -> DesiredState:
    """What is wanted, with what files, commands and the server hold filled in.

    Raises:
        ApiError: the server could not be read.
    """
    mask = secrecy.mask
    read = await secrecy.reader.fill(desired, report)
    mask.learn(secrets_wanted(read))
    try:
        found = await pipeline.settle(read, client, report, secrecy.installed)
    except ApiError:
        mask.learn(texts_of_blocks(read))  # which of them are secrets is not known yet
        raise
    mask.learn(secrets_wanted(found))
    return replace(found, secrets=mask.secrets)
