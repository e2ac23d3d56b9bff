"""What shall exist, in our types: the compiler's output."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.desired.address import Address
from compiler.desired.block_type import BlockType
from compiler.desired.json import Json
from compiler.desired.policy import Policy
from compiler.desired.preview import Preview
from compiler.desired.steps import Recipe, Unbuilt, Waiting
from compiler.diagnostics import Span

MARK = "deploy:"  # what the tag begins with by which a stack knows its deployments


def unmarked(tags: Json) -> list[Json]:
    """Tags without those by which stacks know what is theirs."""
    listed = tags if isinstance(tags, (list, tuple)) else ()
    return [tag for tag in listed if not str(tag).startswith(MARK)]


@dataclass(frozen=True, slots=True)
class Riding:
    """A value that is no reason to write, but goes along with a write.

    `along` names the field whose change takes it along; None: any change does.
    """

    value: Json
    along: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One thing the user wants to exist.

    `fields` holds only what is ours: what the user wrote, and what the flow's
    source says.  A field that is absent there is left as the server has it;
    `initial` and `riding` give it a value when the thing is created.
    `unknown_parameters` are flow parameters whose type nobody can know from
    the repository alone; the server's word on them is kept.
    `partial` names fields whose value here is laid over what is there, as
    `compiler.desired.patch` does it.
    `ignored` are paths inside `fields` whose value is the server's once the thing
    exists: a field, then keys of mappings or slugs of schedules.  `protect` is
    None where the file says nothing of it; `renamed_from` is the deployment that
    this one takes the place of.  `written_out` are the keys of a block's data whose
    values stand in a file as they are.  `unbuilt` is what of it only steps will make known.
    """

    address: Address
    fields: Mapping[str, Json]
    initial: Mapping[str, Json] = field(default_factory=dict)
    riding: Mapping[str, Riding] = field(default_factory=dict)
    unknown_parameters: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    needs: frozenset[Address] = frozenset()
    ignored: tuple[tuple[str, ...], ...] = ()
    protect: bool | None = None
    renamed_from: Address | None = None
    written_out: frozenset[str] = field(default=frozenset(), compare=False)
    unbuilt: Unbuilt = field(default_factory=Unbuilt)
    written_at: Span = field(compare=False)
    where: Mapping[str, Span] = field(default_factory=dict, compare=False)

    def span_of(self, name: str) -> Span:
        """Where the value of a field was written; the resource's own place otherwise."""
        return self.where.get(name, self.written_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolUse:
    """A work pool that a deployment refers to."""

    pool: str
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUse:
    """A global concurrency limit that a deployment refers to."""

    limit: str
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalUse:
    """A thing of another owner that the files say is there."""

    address: Address
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaUse:
    """A deployment of whose runs something is promised, and where."""

    address: Address
    at: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredState:
    """Everything one stack wants, in address order.

    `is_understood` is False where a lenient file holds something that was skipped;
    `recipes` are the steps that have to run first, `waiting` is what they make known;
    `secrets` are texts that are kept out of every memory, whatever name they stand under.
    `registers` are the types of its blocks that the server lacks, each after those that it needs.
    `preview` says of which branch it is a preview; None for a stack of its own right.
    """

    stack: str | None
    resources: tuple[Resource, ...]
    pool_uses: tuple[PoolUse, ...] = field(default=(), compare=False)
    limit_uses: tuple[LimitUse, ...] = field(default=(), compare=False)
    externals: tuple[ExternalUse, ...] = field(default=(), compare=False)
    registers: tuple[BlockType, ...] = field(default=(), compare=False)
    sla_uses: tuple[SlaUse, ...] = field(default=(), compare=False)
    is_understood: bool = True
    recipes: tuple[Recipe, ...] = ()
    waiting: tuple[Waiting, ...] = field(default=(), compare=False)
    policy: Policy = field(default_factory=Policy)
    secrets: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    preview: Preview | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.resources, key=lambda resource: resource.address))
        object.__setattr__(self, "resources", ordered)

    @property
    def mark(self) -> str:
        """The tag that the stack's deployments and automations carry."""
        return f"{MARK}{self.stack}"
