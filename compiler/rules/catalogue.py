"""All findings by code: those of the stages, and those of the rules."""

import pkgutil
from collections.abc import Mapping
from importlib import import_module

from compiler import rules
from compiler.diagnostics import Rule, pages


def _catalogue() -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for package in (pages, rules):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if module.name != __name__:
                rule: Rule = import_module(module.name).RULE
                found[rule.code] = rule
    return dict(sorted(found.items()))


CATALOGUE: Mapping[str, Rule] = _catalogue()
