"""How each kind is written: one row a kind.

A kind whose entries stand inside another's has no row: queues are written with their pool.
So are automations that are triggers of a deployment, with that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from compiler.desired.address import Address, Kind
from compiler.emit import automations, blocks, deployments, pools, things
from compiler.emit.pen import Pen
from compiler.emit.things import Entry
from compiler.state.observed import Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The key of the list that the entries stand in, and how one is made.

    `fields` are the owned fields by the keys, joined with dots, that they stand under where
    these are called otherwise.
    """

    section: str
    entry: Callable[[Address, Observed, Pen], Entry]
    fields: Mapping[str, str] = field(default_factory=dict)

    def field_of(self, keys: tuple[str, ...]) -> str | None:
        """The field that a place inside an entry belongs to; None where the entry itself is meant.

        `keys` are those on the way to it, without places in lists.
        """
        if not keys or keys[0] in {"name", "flow_name", "tag"}:
            return None
        inner = ".".join(keys[:2])
        return self.fields.get(inner) or self.fields.get(keys[0], keys[0])


FORMS: Mapping[Kind, Form] = {
    Kind.VARIABLE: Form(section="variables", entry=things.variable),
    Kind.CONCURRENCY_LIMIT: Form(section="concurrency_limits", entry=things.concurrency_limit),
    Kind.TAG_LIMIT: Form(section="tag_limits", entry=things.tag_limit),
    Kind.BLOCK: Form(section="blocks", entry=blocks.block),
    Kind.WORK_POOL: Form(
        section="work_pools",
        entry=pools.work_pool,
        fields={"paused": "is_paused", "base_job_template_patch": "base_job_template"},
    ),
    Kind.DEPLOYMENT: Form(
        section="deployments",
        entry=deployments.deployment,
        fields={
            "concurrency_limit": "concurrency",
            "pull": "pull_steps",
            "work_pool": "work_pool_name",
            "work_pool.name": "work_pool_name",
            "work_pool.work_queue_name": "work_queue_name",
            "work_pool.job_variables": "job_variables",
        },
    ),
    Kind.AUTOMATION: Form(section="automations", entry=automations.automation),
}
INSIDE = frozenset({Kind.WORK_QUEUE})
