"""What a person may write into `controller.yaml`, as types.

`controller.schema.json` is generated from these models.
"""

from typing import Annotated

from pydantic import Field

from compiler.manifest.grammar import Name, Written
from compiler.manifest.model import InputName, Primitive

_LONGEST = 7 * 24 * 3600  # seconds

StackName = Annotated[str, Field(pattern="^[a-z0-9][a-z0-9-]{0,62}$")]


class Window(Written):
    """A stretch of time in which may be written, or with `deny` may not."""

    cron: str = Field(
        description="When it opens: a cron expression.", examples=["0 8 * * 1-5", "0 22 * * *"]
    )
    duration: int = Field(
        ge=60, le=_LONGEST, description="Seconds that it stays open.", examples=[3600, 36000]
    )
    timezone: str | None = Field(
        None, description="An IANA time zone; UTC if absent.", examples=["Europe/Berlin"]
    )
    deny: bool | None = Field(None, description="Whether nothing is written in it.")


class Webhook(Written):
    """How forges tell of a push: to `/webhook/github`, `/webhook/gitlab` or `/webhook/gitea`."""

    secret: str = Field(
        min_length=1,
        description="What forges sign their deliveries with, GitLab's token; from an environment "
        "variable.",
        examples=["{{ $WEBHOOK_SECRET }}"],
    )


class Stack(Written):
    """A file in a repository, and how the server is kept equal to it."""

    name: StackName = Field(
        description="What metrics, logs and artifacts call it, and the stack's name where the file "
        "has none.",
        examples=["shop"],
    )
    repository: Name = Field(
        description="The address of a Git repository; credentials come from the environment.",
        examples=["https://example.com/shop/flows.git", "ssh://git@example.com/shop/flows.git"],
    )
    ref: Name | None = Field(
        None,
        description="A branch, a tag, a full hash, or a range of versions among the tags; the "
        "repository's first branch if absent.",
        examples=["main", "v1.2.0", "~1.2"],
    )
    path: Name | None = Field(
        None,
        description="The file, or the folder that it is in, from the repository's root; the root "
        "if absent.",
        examples=["deploy.yaml", "teams/shop"],
    )
    environment: Name | None = Field(
        None, description="The environment that is laid over the file.", examples=["prod"]
    )
    vars: dict[InputName, Primitive] | None = Field(
        None, description="Values of its inputs, as by `--var`.", examples=[{"region": "eu"}]
    )
    interval: int | None = Field(
        None,
        ge=1,
        le=_LONGEST,
        description="Seconds between two looks at the repository; 60 if absent.",
        examples=[60],
    )
    drift_interval: int | None = Field(
        None,
        ge=5,
        le=_LONGEST,
        description="Seconds after which the server is looked at although nothing has told of a "
        "change; 300 if absent.",
        examples=[300],
    )
    prune: bool | None = Field(
        None,
        description="Whether what left the file is deleted; the file's own policy if absent.",
    )
    self_heal: bool | None = Field(
        None,
        description="Whether what moved on the server is put back; only told of if absent.",
    )
    suspend: bool | None = Field(
        None, description="Whether nothing is written; what is pending is told all the same."
    )
    windows: list[Window] | None = Field(
        None,
        description="When may be written; at any time if absent.",
        examples=[[{"cron": "0 8 * * 1-5", "duration": 36000}]],
    )


class ControllerFile(Written):
    """A whole file: which stacks are kept, and where the controller is spoken to."""

    listen: str | None = Field(
        None,
        description="HOST:PORT for the page, webhooks, health and metrics; 127.0.0.1:4280 "
        "if absent.",
        examples=["127.0.0.1:4280", "0.0.0.0:4280"],
    )
    webhook: Webhook | None = Field(
        None,
        description="How forges tell of a push; none is listened to if absent.",
        examples=[{"secret": "{{ $WEBHOOK_SECRET }}"}],
    )
    token: str | None = Field(
        None,
        min_length=1,
        description="What people sign in to the page with, to sync and to suspend; from an "
        "environment variable. The page only shows if absent.",
        examples=["{{ $DEPLOY_CONTROLLER_TOKEN }}"],
    )
    stacks: list[Stack] = Field(
        min_length=1,
        description="What is kept.",
        examples=[[{"name": "shop", "repository": "https://example.com/shop/flows.git"}]],
    )
