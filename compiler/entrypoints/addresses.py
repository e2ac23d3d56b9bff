"""What the server calls a deployment of the files, and what it called it before."""

from compiler.desired.address import Address, deployment
from compiler.entrypoints.read import Declared


def address_of(declared: Declared) -> Address | None:
    """The deployment's address; None where its flow could not be read."""
    if declared.reading is None:
        return None
    return deployment(declared.reading.flow_name, declared.deployment.value.name)


def earlier_address_of(declared: Declared) -> Address | None:
    """What `renamed_from` means: of the same flow, where it names none; None without it."""
    written = declared.deployment.value.renamed_from
    if written is None or declared.reading is None:
        return None
    flow, _, name = written.rpartition("/")
    return deployment(flow or declared.reading.flow_name, name)
