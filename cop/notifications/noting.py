"""What somebody should know on signing in: that mail to one of their addresses came back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cop.notifications.models import Subscriber
from members.models import User


def note_unreachable(sender: Any, request: HttpRequest | None = None, user: User | None = None, **kwargs: Any) -> None:
    """Say that mail to an address is stopped, and where that is undone."""
    if request is None or user is None or not hasattr(request, "_messages"):
        return
    stopped = Subscriber.objects.filter(user=user, unreachable_at__isnull=False).first()
    if stopped:
        words = _("Our mails to %(address)s came back, so we stopped. If the mailbox works, say so under “Your mails”.")
        messages.warning(request, words % {"address": stopped.shown})
