"""Who wants to know that a mail is held at the door, and later that it is held no longer.

    listeners.register("moderation", follow)

where `follow(row)` is called in the transaction that changed the mail's state.
"""

from collections.abc import Callable

from cop.base.registries import Registry
from cop.mail.incoming_models import IncomingMessage

listeners: Registry[Callable[[IncomingMessage], None]] = Registry("who hears of held mails")


def tell(row: IncomingMessage) -> None:
    """Tell of a mail that is held, or was."""
    for name in listeners:
        listeners[name](row)
