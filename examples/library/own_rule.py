"""A rule of one's own: every deployment belongs to a team.

    python own_rule.py [FOLDER]

Compiles the deployment file of a folder with two more rules, and prints what is found.
No server is asked.
"""

import os
import sys
from pathlib import Path

from compiler import Compilation, OwnRule, Request, compile_project
from compiler.desired.address import Kind
from compiler.desired.resources import DesiredState
from compiler.diagnostics import Report, Rule, Severity

NO_TEAM = Rule(
    code="SHOP001",
    name="no-team",
    severity=Severity.ERROR,
    page="A deployment without a tag `team:…`: nobody is called when it fails.",
    is_opinion=True,  # so that a comment may ignore it: # deploy: ignore[SHOP001]
)


def check_team(desired: DesiredState, report: Report) -> None:
    """Report deployments that belong to nobody."""
    for resource in desired.resources:
        if resource.address.kind is not Kind.DEPLOYMENT:
            continue
        tags = resource.fields.get("tags")
        listed = tags if isinstance(tags, (list, tuple)) else ()
        if not any(str(tag).startswith("team:") for tag in listed):
            message = f"{resource.address} has no tag 'team:…'"
            report.add(NO_TEAM, message, resource.span_of("tags"), hint="whose is it?")


def compile_with_own_rules(folder: Path) -> Compilation:
    """What the files of a folder want, and what all rules say of them."""
    request = Request(
        files=(folder,),
        base=folder,
        environ=os.environ,
        rules=(OwnRule(rule=NO_TEAM, check=check_team),),
    )
    return compile_project(request)


def main(folder: Path) -> int:
    """Print each finding in a line; 1 if one of them is an error."""
    report = compile_with_own_rules(folder.resolve()).report
    for found in report:
        place = "" if found.at is None else f"{found.at.file}:{found.at.start.line}: "
        print(f"{place}{found.rule.code} {found.message}")
    return int(report.has_errors)


if __name__ == "__main__":
    sys.exit(main(Path(*sys.argv[1:2])))
