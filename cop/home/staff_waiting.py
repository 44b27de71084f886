"""What the bell says to site staff: new accounts that wait for them."""

from django.db.models import Exists, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from cop.notifications.waiting import Line, WaitingKind
from members.models import HeldSignUp, User


def _rows(user: User) -> QuerySet[User] | None:
    """However many wait, they are looked at in one place."""
    return User.objects.filter(Exists(HeldSignUp.objects.all()), pk=user.pk) if user.is_staff else None


def _lines(user: User) -> list[Line]:
    if not (user.is_staff and HeldSignUp.objects.exists()):
        return []
    return [Line(_("New accounts wait for you"), reverse("members:sign-ups"), "")]


SIGN_UPS = WaitingKind(rows=_rows, lines=_lines)
