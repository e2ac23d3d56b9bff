"""A plan that is kept to be applied later: what was wanted, and what was read.

No secret is in it: where one stood there is a mark, `{"$secret": "…"}`, and the value is
read again from the files and the environment when the plan is applied.  The mark tells
whether it still is the same value; that of a block's secret tells nothing, since whoever
tried might find it out.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b, scrypt
from typing import TypeAlias

from pydantic import JsonValue

from compiler.desired.address import Address
from compiler.desired.json import Json
from compiler.desired.policy import Limits, Policy
from compiler.desired.resources import (
    DesiredState,
    ExternalUse,
    LimitUse,
    PoolUse,
    Resource,
    Riding,
)
from compiler.desired.secret import Secret
from compiler.desired.secret_shape import is_secret_name
from compiler.diagnostics import Position, Span
from compiler.plan.saved_part import (
    AllowedPart,
    ExternalPart,
    InputsPart,
    LimitUsePart,
    PolicyPart,
    PoolUsePart,
    ResourcePart,
    RidingPart,
    SavedPart,
    SpanPart,
)
from compiler.state.observed import Observed, ObservedState

_MARK = "$secret"
_UNTOLD = ""  # a mark that tells nothing
_COST = 2**13  # of guessing a secret from its mark: some 20 ms a guess
Hides: TypeAlias = Callable[[str, bool], bool]
Hidden: TypeAlias = Callable[[Json, str], JsonValue]


def fingerprints(observed: ObservedState) -> dict[str, str]:
    """A fingerprint of each thing that was read, and of the stack's memory, in address order."""
    found = {str(address): _fingerprint(each) for address, each in sorted(observed.things.items())}
    ledger = observed.ledger
    ids = {} if ledger is None else {str(key): id for key, id in sorted(ledger.ids.items())}
    protected = sorted(map(str, ledger.protected)) if ledger is not None else []
    origin = str(ledger.origin) if ledger is not None else None
    return {**found, "ledger": _hashed([ids, protected, origin])}


def _fingerprint(thing: Observed) -> str:
    return _hashed([thing.id, thing.fields])


def _hashed(value: Json) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=_without_secret)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _without_secret(value: object) -> object:
    """Instead of a secret, when it was written."""
    if isinstance(value, Secret):
        return {_MARK: value.revision}
    assert isinstance(value, Mapping)
    return dict(value)


class Marks:
    """Makes and knows the marks of secrets in one plan."""

    def __init__(self, digest: str) -> None:
        self._salt = digest.encode()
        self._of = cache(self._computed)

    def mark(self, secret: str) -> dict[str, JsonValue]:
        """What stands for a secret."""
        return {_MARK: self._of(secret)}

    def is_of(self, mark: Mapping[str, JsonValue], value: Json) -> bool:
        """Whether the mark stands for that value."""
        return isinstance(value, str) and mark.get(_MARK) == self._of(value)

    def _computed(self, secret: str) -> str:
        key = scrypt(secret.encode(), salt=self._salt, n=_COST, r=8, p=1, dklen=18)
        return urlsafe_b64encode(key).decode()


def save(
    desired: DesiredState,
    observed: ObservedState,
    *,
    allowed: AllowedPart,
    inputs: InputsPart,
    hidden: Hidden,
) -> SavedPart:
    """Everything that an apply needs; `hidden(value, name)` puts marks for secrets."""
    policy = desired.policy
    return SavedPart(
        resources=tuple(_resource_part(each, hidden) for each in desired.resources),
        pool_uses=tuple(
            PoolUsePart(pool=each.pool, at=_span(each.at)) for each in desired.pool_uses
        ),
        limit_uses=tuple(
            LimitUsePart(limit=each.limit, at=_span(each.at)) for each in desired.limit_uses
        ),
        externals=tuple(
            ExternalPart(address=str(each.address), at=_span(each.at)) for each in desired.externals
        ),
        is_understood=desired.is_understood,
        policy=PolicyPart(
            prunes=policy.prunes,
            share=policy.limits.share,
            exempt_below=policy.limits.exempt_below,
            are_off=policy.limits.are_off,
        ),
        allowed=allowed,
        inputs=inputs,
        read=fingerprints(observed),
    )


def hiding(marks: Marks, hides: Hides) -> Hidden:
    """A function that puts marks for the texts of which `hides(text, is_secret)` says so.

    `is_secret` is true below a name that says secret.
    """

    def within(value: Json, *, secret: bool) -> JsonValue:
        match value:
            case Secret():
                return {_MARK: _UNTOLD}
            case str():
                return marks.mark(value) if hides(value, secret) else value
            case Mapping():
                return {
                    key: within(item, secret=secret or is_secret_name(key))
                    for key, item in value.items()
                }
            case Sequence():
                return [within(item, secret=secret) for item in value]
            case _:
                return value

    return lambda value, name: within(value, secret=is_secret_name(name))


def _resource_part(resource: Resource, hidden: Hidden) -> ResourcePart:
    def named(values: Mapping[str, Json]) -> dict[str, JsonValue]:
        return {name: hidden(value, name) for name, value in values.items()}

    return ResourcePart(
        address=str(resource.address),
        fields=named(resource.fields),
        initial=named(resource.initial),
        riding={
            name: RidingPart(value=hidden(riding.value, name), along=riding.along)
            for name, riding in resource.riding.items()
        },
        unknown_parameters=tuple(sorted(resource.unknown_parameters)),
        partial=tuple(sorted(resource.partial)),
        needs=tuple(sorted(map(str, resource.needs))),
        ignored=resource.ignored,
        protect=resource.protect,
        renamed_from=None if resource.renamed_from is None else str(resource.renamed_from),
        at=_span(resource.written_at),
        where={name: _span(span) for name, span in resource.where.items()},
    )


def _span(span: Span) -> SpanPart:
    return SpanPart(
        file=span.file,
        start=(span.start.line, span.start.column),
        end=(span.end.line, span.end.column),
    )


def has_secrets(saved: SavedPart) -> bool:
    """Whether values have to be read from their source again."""
    return any(
        _has_mark(part)
        for each in saved.resources
        for part in (each.fields, each.initial, {k: v.value for k, v in each.riding.items()})
    )


def _has_mark(value: JsonValue) -> bool:
    match value:
        case dict():
            return value.keys() == {_MARK} or any(map(_has_mark, value.values()))
        case list():
            return any(map(_has_mark, value))
        case _:
            return False


@dataclass(slots=True)
class _Filling:
    """Puts values back where marks stand, and notes the places of those that are lost."""

    marks: Marks
    lost: list[str] = field(default_factory=list)

    def all(
        self, values: Mapping[str, JsonValue], sources: Mapping[str, Json], at: str
    ) -> dict[str, Json]:
        return {
            name: self.filled(value, sources.get(name), f"{at} {name}")
            for name, value in values.items()
        }

    def filled(self, value: JsonValue, source: Json, path: str) -> Json:
        if isinstance(value, dict):
            if value.keys() == {_MARK}:
                return self._secret(value, source, path)
            there = source if isinstance(source, Mapping) else {}
            return {
                key: self.filled(item, there.get(key), f"{path}.{key}")
                for key, item in value.items()
            }
        if isinstance(value, list):
            some = source if isinstance(source, Sequence) and not isinstance(source, str) else ()
            rest = [None] * (len(value) - len(some))
            pairs = zip(value, (*some, *rest), strict=False)
            return [
                self.filled(one, other, f"{path}.{at}") for at, (one, other) in enumerate(pairs)
            ]
        return value

    def _secret(self, mark: Mapping[str, JsonValue], source: Json, path: str) -> Json:
        is_untold = mark[_MARK] == _UNTOLD
        if not (source is not None if is_untold else self.marks.is_of(mark, source)):
            self.lost.append(path)
        return source


def restore(
    saved: SavedPart, stack: str, fresh: DesiredState | None, marks: Marks
) -> tuple[DesiredState, tuple[str, ...]]:
    """What was wanted, with secrets out of `fresh`; and the places whose secret is another now."""
    sources = {each.address: each for each in (fresh.resources if fresh is not None else ())}
    filling, policy = _Filling(marks), saved.policy
    limits = Limits(share=policy.share, exempt_below=policy.exempt_below, are_off=policy.are_off)
    state = DesiredState(
        stack=stack,
        resources=tuple(_resource(each, sources, filling) for each in saved.resources),
        pool_uses=tuple(PoolUse(pool=each.pool, at=_place(each.at)) for each in saved.pool_uses),
        limit_uses=tuple(
            LimitUse(limit=each.limit, at=_place(each.at)) for each in saved.limit_uses
        ),
        externals=tuple(
            ExternalUse(address=Address.parse(each.address), at=_place(each.at))
            for each in saved.externals
        ),
        is_understood=saved.is_understood,
        policy=Policy(prunes=policy.prunes, limits=limits),
    )
    return state, tuple(filling.lost)


def _resource(
    part: ResourcePart, sources: Mapping[Address, Resource], filling: _Filling
) -> Resource:
    address = Address.parse(part.address)
    source, at = sources.get(address), str(address)
    riding = {name: each.value for name, each in part.riding.items()}
    theirs = {name: each.value for name, each in source.riding.items()} if source else {}
    return Resource(
        address=address,
        fields=filling.all(part.fields, source.fields if source else {}, at),
        initial=filling.all(part.initial, source.initial if source else {}, at),
        riding={
            name: Riding(value, part.riding[name].along)
            for name, value in filling.all(riding, theirs, at).items()
        },
        unknown_parameters=frozenset(part.unknown_parameters),
        partial=frozenset(part.partial),
        needs=frozenset(map(Address.parse, part.needs)),
        ignored=part.ignored,
        protect=part.protect,
        renamed_from=None if part.renamed_from is None else Address.parse(part.renamed_from),
        written_at=_place(part.at),
        where={name: _place(span) for name, span in part.where.items()},
    )


def _place(part: SpanPart) -> Span:
    return Span(part.file, Position(*part.start), Position(*part.end))
