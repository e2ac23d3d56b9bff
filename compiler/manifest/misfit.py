"""What a schema has against a value, as a value of our own."""

from dataclasses import dataclass

from compiler.desired.json import Json
from compiler.source.locate import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """One thing that a schema has against a value.

    At `path` inside the value stands `found`, and there `keyword` of `schema` wants `wanted`;
    of a key that has the wrong form, `keyword` is `propertyNames` and `found` is the key.
    `alternatives` is what each of them has against it, in their order, where the keyword
    offers several and none fits.  `message` is jsonschema's own, which quotes the value.
    """

    path: tuple[Step, ...]
    keyword: str
    wanted: Json
    found: Json
    schema: Json
    message: str
    alternatives: tuple[tuple["Misfit", ...], ...] = ()

    def of_its_type(self) -> tuple[tuple[Json, tuple["Misfit", ...]], ...]:
        """The alternatives for a value of its type, each with what it has against it."""
        choices = self.wanted if isinstance(self.wanted, list) else []
        return tuple(
            (choice, each)
            for choice, each in zip(choices, self.alternatives, strict=False)
            if not any(one.keyword == "type" and one.path == self.path for one in each)
        )
