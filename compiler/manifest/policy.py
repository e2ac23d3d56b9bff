"""What the files say of the whole stack under `policy`: each thing once, in whichever file."""

from compiler.desired.policy import Limits, Policy
from compiler.manifest.manifest import Manifest, Placed
from compiler.manifest.model import DeleteLimits, Document

KEYS = ("prune", "deletes", "ignore")
_PER_CENT = 100


def said(document: Placed[Document], key: str) -> object:
    """What a file says under a key of `policy`; None for nothing."""
    return getattr(document.value.policy, key, None)


def policy_of(manifests: tuple[Manifest, ...]) -> Policy:
    """The stack's policy; where files differ, which is a finding, the first counts."""
    found = [each for one in manifests if (each := one.document.value.policy) is not None]
    prunes = next((each.prune for each in found if each.prune is not None), True)
    deletes = next((each.deletes for each in found if each.deletes is not None), None)
    if isinstance(deletes, DeleteLimits):
        return Policy(prunes=prunes, limits=_limits(deletes))
    return Policy(prunes=prunes, limits=Limits(are_off=deletes == "allow"))


def _limits(written: DeleteLimits) -> Limits:
    usual, share = Limits(), written.share
    if isinstance(share, str):
        share = float(share.rstrip("% ")) / _PER_CENT
    return Limits(
        share=usual.share if share is None else share,
        exempt_below=usual.exempt_below if written.from_ is None else written.from_,
    )


def ignored_everywhere(manifests: tuple[Manifest, ...]) -> tuple[str, ...]:
    """The paths of `policy.ignore`, as they are written."""
    found = (one.document.value.policy for one in manifests)
    return tuple(text for policy in found if policy for text in policy.ignore or ())
