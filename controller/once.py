"""One look at one stack, by whoever was asked: from what Git has to what the server has."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from controller.clients import Opening
from controller.files import Files
from controller.git import Git
from controller.roster import Stack
from controller.settled import Settled, State
from controller.unit import Means, reconcile
from reconciler.api.errors import ApiError
from reconciler.gitops.refs import Resolved
from reconciler.gitops.refusal import NotFetched


async def look_once(stack: Stack, git: Git, means: Means, opening: Opening) -> Settled:
    """Make the server equal to what the stack's ref is now.

    Nothing is remembered of an earlier look: what the server refused is asked for again.
    """
    try:
        found = (await means.aside(lambda: git.look_up(stack.repository, [stack.ref])))[stack.ref]
        if isinstance(found, NotFetched):
            raise found
        async with _files(stack, found, git, means) as files, opening() as client:
            return await reconcile(stack, files, client, means)
    except (NotFetched, ApiError) as error:
        at = means.now()
        return Settled(stack=stack.name, state=State.FAILED, reason=str(error), at=at)


@asynccontextmanager
async def _files(stack: Stack, found: Resolved, git: Git, means: Means) -> AsyncIterator[Files]:
    opened = git.files(stack, found)
    files = await means.aside(opened.__enter__)
    try:
        yield files
    finally:
        await means.aside(lambda: opened.__exit__(None, None, None))
