"""One look at one stack, by whoever was asked: from what Git has to what the server has."""

from controller.clients import Opening
from controller.git import Git, opened
from controller.roster import Stack
from controller.settled import Settled, State
from controller.unit import Means, reconcile
from reconciler.api.errors import ApiError
from reconciler.gitops.refusal import NotFetched


async def look_once(stack: Stack, git: Git, means: Means, opening: Opening) -> Settled:
    """Make the server equal to what the stack's ref is now.

    Nothing is remembered of an earlier look: what the server refused is asked for again.
    """
    try:
        found = (await means.aside(lambda: git.look_up(stack.repository, [stack.ref])))[stack.ref]
        if isinstance(found, NotFetched):
            raise found
        async with opened(git, stack, found, means.aside) as files, opening() as client:
            return await reconcile(stack, files, client, means)
    except (NotFetched, ApiError) as error:
        at = means.now()
        return Settled(stack=stack.name, state=State.FAILED, reason=str(error), at=at)
