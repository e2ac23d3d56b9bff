"""The part of a plan's document that an apply needs, and no reader."""

from typing import Annotated

from pydantic import Field, JsonValue

from compiler.plan.part import Part


class SpanPart(Part):
    """Where a value was written, for messages."""

    file: Annotated[str, Field(description="As messages named it.")]
    start: Annotated[tuple[int, int], Field(description="Line and column, from 1.")]
    end: Annotated[tuple[int, int], Field(description="Exclusive.")]


class RidingPart(Part):
    """A value that goes along with a write."""

    value: Annotated[JsonValue, Field(description="What goes along.")]
    along: Annotated[str | None, Field(description="The field it goes along with; null: any.")]


class ResourcePart(Part):
    """One thing that is wanted."""

    address: Annotated[str, Field(description="Kind and names.")]
    fields: Annotated[dict[str, JsonValue], Field(description="What is the stack's own, by field.")]
    initial: Annotated[
        dict[str, JsonValue], Field(description="What it gets at creation, by field.")
    ]
    riding: Annotated[
        dict[str, RidingPart], Field(description="What goes along with a write, by field.")
    ]
    unknown_parameters: Annotated[
        tuple[str, ...], Field(description="Parameters whose schema is the server's word.")
    ]
    partial: Annotated[
        tuple[str, ...], Field(description="Fields whose value is laid over what is there.")
    ] = ()
    needs: Annotated[
        tuple[str, ...], Field(description="Addresses of what has to be there before.")
    ]
    ignored: Annotated[
        tuple[tuple[str, ...], ...],
        Field(description="Paths inside the fields that are left to the server."),
    ]
    protect: Annotated[
        bool | None, Field(description="Whether it shall be protected; null: not said.")
    ]
    renamed_from: Annotated[
        str | None, Field(description="The address that it takes the place of.")
    ]
    at: Annotated[SpanPart, Field(description="Where it is written.")]
    where: Annotated[dict[str, SpanPart], Field(description="Where each field is written.")]


class PoolUsePart(Part):
    """A work pool that a deployment refers to."""

    pool: Annotated[str, Field(description="Its name.")]
    at: Annotated[SpanPart, Field(description="Where it is referred to.")]


class LimitUsePart(Part):
    """A global concurrency limit that deployments share."""

    limit: Annotated[str, Field(description="Its name.")]
    at: Annotated[SpanPart, Field(description="Where it is referred to.")]


class ExternalPart(Part):
    """A thing of another owner that the files list."""

    address: Annotated[str, Field(description="Kind and names.")]
    at: Annotated[SpanPart, Field(description="Where it is listed.")]


class PolicyPart(Part):
    """How far the files let a run go."""

    prunes: Annotated[bool, Field(description="Whether what left the files is deleted.")]
    share: Annotated[float, Field(description="Of 1: more deletions are refused.")]
    exempt_below: Annotated[int, Field(description="From so many things on the share counts.")]
    are_off: Annotated[bool, Field(description="Whether any number of deletions is meant.")]


class AllowedPart(Part):
    """What the caller asked for beyond the ordinary."""

    adopt: Annotated[bool, Field(description="`--adopt`.")]
    only_adopt: Annotated[bool, Field(description="`deploy adopt`.")]
    unclaimed: Annotated[bool, Field(description="`deploy adopt --unclaimed`.")]
    from_stack: Annotated[str | None, Field(description="`deploy adopt --from-stack`.")]
    take_over: Annotated[bool, Field(description="`--take-over`.")]
    force: Annotated[bool, Field(description="`--force`.")]
    destroys: Annotated[bool, Field(description="`deploy destroy`.")]
    select: Annotated[tuple[str, ...], Field(description="`--select`, each as it was said.")]
    exclude: Annotated[tuple[str, ...], Field(description="`--exclude`, each as it was said.")]


class InputsPart(Part):
    """How the files were named, so that secrets can be read from them again."""

    files: Annotated[tuple[str, ...], Field(description="`-f`, as they were said.")]
    stack: Annotated[str | None, Field(description="`--stack`.")]
    lenient: Annotated[bool, Field(description="`--lenient`.")]
    environment: Annotated[str | None, Field(description="`-e`.")]
    variables: Annotated[
        tuple[str, ...], Field(description="NAME=VALUE; only NAME where the value is a secret.")
    ]
    var_files: Annotated[tuple[str, ...], Field(description="`--var-file`, as they were said.")]
    settings: Annotated[
        tuple[str, ...], Field(description="`--set`; only the path where the value is a secret.")
    ]


class SavedPart(Part):
    """Everything that an apply of the plan needs."""

    resources: Annotated[
        tuple[ResourcePart, ...], Field(description="All that is wanted, in address order.")
    ]
    pool_uses: Annotated[
        tuple[PoolUsePart, ...], Field(description="Pools that deployments refer to.")
    ]
    limit_uses: Annotated[
        tuple[LimitUsePart, ...], Field(description="Limits that deployments refer to.")
    ] = ()
    externals: Annotated[
        tuple[ExternalPart, ...], Field(description="What the files list of other owners.")
    ] = ()
    is_understood: Annotated[
        bool, Field(description="False where a lenient file holds what was skipped.")
    ]
    policy: Annotated[PolicyPart, Field(description="What the files say of how far a run may go.")]
    allowed: Annotated[AllowedPart, Field(description="What the caller asked for.")]
    inputs: Annotated[InputsPart, Field(description="How the files were named.")]
    read: Annotated[
        dict[str, str],
        Field(description="A fingerprint of every object that the plan read, by address."),
    ]
