"""An SLA is not exactly one of duration, within and stale_after.

What it finds:
    An SLA with none of the three kinds, or with several; a length of time that is none; and a
    name that another SLA of the deployment has.

Why it matters:
    Prefect Cloud takes the first kind that fits and drops the others in silence. It knows SLAs
    by their names, so that the second takes the place of the first.

Example:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        sla:
          - {name: on time, duration: 3600, within: 600}

Use instead:
    deployments:
      - name: nightly
        entrypoint: flows/etl.py:etl
        sla:
          - {name: quick, duration: 3600}
          - {name: on time, within: 600}

Known limits:
    Whether a run can be that quick is not known. An SLA with another mistake in it is not also
    said to have no kind.
"""

from compiler.diagnostics import Label, Report, Rule, Severity, Span
from compiler.manifest.manifest import Manifest, Placed, slas_of
from compiler.manifest.moment import seconds
from compiler.manifest.sla import Sla

RULE = Rule(code="DEP440", name="sla-kind", severity=Severity.ERROR, page=__doc__)
_KINDS = ("duration", "within", "stale_after")
_LENGTHS = ("within", "stale_after")


def check(manifest: Manifest, report: Report) -> None:
    """Report SLAs that Prefect Cloud would read as something else."""
    for deployment in manifest.deployments:
        seen: dict[str, Span] = {}
        for sla in slas_of(deployment):
            _check_kind(sla, report)
            _check_lengths(sla, report)
            _check_name(sla, seen, report)


def _check_kind(sla: Placed[Sla], report: Report) -> None:
    given = [kind for kind in _KINDS if getattr(sla.value, kind) is not None]
    if len(given) == 1 or report.has_error_within(sla.node.span):
        return
    what = " and ".join(given) if given else "none of duration, within and stale_after"
    message = f"an SLA has exactly one kind; this one has {what}"
    report.add(RULE, message, sla.key_at(given[1]) if given else sla.node.span)


def _check_lengths(sla: Placed[Sla], report: Report) -> None:
    for kind in _LENGTHS:
        written = getattr(sla.value, kind)
        length = None if written is None else seconds(written)
        if written is not None and (length is None or length <= 0):
            message = f"{written!r} is no length of time"
            hint = "write seconds, HH:MM:SS, or an ISO 8601 duration such as PT10M"
            report.add(RULE, message, sla.at(kind), hint=hint)


def _check_name(sla: Placed[Sla], seen: dict[str, Span], report: Report) -> None:
    name, at = sla.value.name, sla.at("name")
    if name in seen:
        related = [Label(seen[name], "first given here")]
        report.add(RULE, f"two SLAs are called {name!r}", at, related=related)
    seen.setdefault(name, at)
