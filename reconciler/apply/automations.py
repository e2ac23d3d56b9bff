"""What is sent for an automation: ids in the place of names, and the stack's mark.

What it names may have been made a moment before, in the same apply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from compiler.desired.json import Json
from compiler.desired.naming import Reference, is_id, swapped
from compiler.diff.change import FieldChange
from compiler.diff.compare import marked
from compiler.plan.action import Create, Delete, Update
from reconciler.api.errors import NotFound


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of what automations name."""

    known: Mapping[Reference, str]
    mark: str

    def within(self, action: Create | Update | Delete) -> Create | Update | Delete:
        """The action with ids in it.

        Raises:
            NotFound: nothing is there that has the name.
        """
        match action:
            case Create(resource):
                fields = {**resource.initial, **resource.fields}
                fields["tags"] = marked(fields.get("tags"), self.mark)
                return replace(action, resource=replace(resource, fields=self._with_ids(fields)))
            case Update(_, observed, changes):
                there = {**self._with_ids(observed.fields, is_sure=False)}
                return replace(
                    action,
                    observed=replace(observed, fields=there),
                    changes=tuple(map(self._changed, changes)),
                )
            case Delete():
                return action

    def _changed(self, change: FieldChange) -> FieldChange:
        after = self._with_ids({change.field: change.after})[change.field]
        return replace(change, after=after)

    def _with_ids(self, fields: Mapping[str, Json], *, is_sure: bool = True) -> dict[str, Json]:
        def id_of(reference: Reference) -> str:
            if is_id(reference.name) or (reference not in self.known and not is_sure):
                return reference.name
            if reference not in self.known:
                raise NotFound(f"there is no {reference}", call="PUT /automations")
            return self.known[reference]

        return swapped(fields, id_of)
