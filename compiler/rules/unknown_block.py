"""A reference to a block that nobody declares.

What it finds:
    A `$block` that names no block of these files, and none of another owner under `external`.

Why it matters:
    The server would refuse the block that refers to it after others were written.

Example:
    blocks:
      - {name: shop, type: s3-bucket, data: {credentials: {$block: aws-credentials/shp}}}
      - {name: shop, type: aws-credentials, data: {region_name: eu-west-1}}

Use instead:
    blocks:
      - {name: shop, type: s3-bucket, data: {credentials: {$block: aws-credentials/shop}}}
      - {name: shop, type: aws-credentials, data: {region_name: eu-west-1}}

Known limits:
    Whether a block of another owner is there is seen when a plan is made (DEP617).
"""

from collections.abc import Collection

from compiler.desired.block_secrets import blocks_in
from compiler.diagnostics import Report, Rule, Severity
from compiler.diagnostics.spelling import nearest
from compiler.manifest.block_values import BLOCK, data_of
from compiler.manifest.manifest import Placed
from compiler.manifest.model import Block

RULE = Rule(code="DEP314", name="unknown-block", severity=Severity.ERROR, page=__doc__)


def check(block: Placed[Block], known: Collection[str], report: Report) -> None:
    """Report references to blocks that are not in `known`, as `type/name`."""
    for name, path in blocks_in(data_of(block)).items():
        if path not in known:
            near = nearest(path, sorted(known))
            report.add(
                RULE,
                f"these files declare no block {path!r}",
                block.at("data", name, BLOCK),
                hint=f"did you mean {near[0]!r}?"
                if near
                else "declare it, or list it under 'external': {blocks: [TYPE/NAME]}",
            )
