"""Two files say different things of the stack's policy.

What it finds:
    A key of `policy` with one value in one file and another value in a second file of the
    same call, be it included or named.

Why it matters:
    A policy is about the whole stack. Whichever of the two counted, the other file would say
    something that is not true.

Example:
    # deploy.yaml
    include: ["web/deploy.yaml"]
    policy: {deletes: allow}

    # web/deploy.yaml
    policy: {deletes: {share: 0.1}}

Use instead:
    # deploy.yaml
    include: ["web/deploy.yaml"]
    policy: {deletes: {share: 0.1}}

    # web/deploy.yaml
    defaults: {tags: [web]}

Known limits:
    The same value twice is no finding. Different keys may stand in different files.
"""

from compiler.diagnostics import Label, Report, Rule, Severity
from compiler.manifest.manifest import Manifest
from compiler.manifest.policy import KEYS, said

RULE = Rule(code="DEP237", name="two-policies", severity=Severity.ERROR, page=__doc__)


def check(manifests: tuple[Manifest, ...], report: Report) -> None:
    """Report keys of `policy` that an earlier file gives another value."""
    for key in KEYS:
        saying = [one.document for one in manifests if said(one.document, key) is not None]
        for other in saying[1:]:
            if said(other, key) != said(saying[0], key):
                report.add(
                    RULE,
                    f"{key!r} of the stack's policy has another value in another file",
                    other.key_at("policy", key),
                    hint="say it in one file",
                    related=[Label(saying[0].key_at("policy", key), "first said here")],
                )
