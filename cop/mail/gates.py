"""Gates: who must not be mailed any more, asked when copies are claimed for sending.

    gates.register("subscriptions", kept_back)

where `kept_back(keys)` gives a reason for each of those delivery keys that must not be sent now.
"""

from collections.abc import Callable

from cop.base.registries import Registry

Gate = Callable[[list[str]], dict[str, str]]

gates: Registry[Gate] = Registry("gates")


def register(name: str, gate: Gate) -> None:
    """Let mailings name this gate."""
    gates.register(name, gate)


def kept_back(name: str, keys: list[str]) -> dict[str, str]:
    """Ask the gate called `name`; a mailing without one lets everybody pass."""
    return gates[name](keys) if name else {}
