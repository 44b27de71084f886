"""What the bell says to site staff: new accounts that wait for them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cop.notifications.waiting import Line, WaitingKind
from members.models import HeldSignUp, User


def _count(user: User) -> int:
    return int(user.is_staff and HeldSignUp.objects.exists())


def _lines(user: User) -> list[Line]:
    if not _count(user):
        return []
    return [Line(_("New accounts wait for you"), reverse("members:sign-ups"), "")]


SIGN_UPS = WaitingKind(count=_count, lines=_lines)
