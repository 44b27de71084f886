"""What the bell, a copy of one's data and the closing of an account know of letters."""

from django.db.models import Exists, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.letters import sending
from cop.letters.models import Conversation, Letter
from cop.notifications.waiting import Line, Page, WaitingKind
from members.carrying_out import deleting
from members.closing_models import Choice
from members.models import User
from members.packing import Part, kind

MOST_TOLD = 20


def _lines(user: User) -> list[Line]:
    rows = Conversation.objects.unread_by(user).select_related("community", "first", "second")
    return [
        Line(
            _("A letter of %(name)s") % {"name": talk.other_than(user)},
            reverse("letters:conversation", args=[talk.pk]),
            talk.community.name,
        )
        for talk in rows.order_by("-last_at")[:MOST_TOLD]
    ]


def _is_open_to(user: User) -> Q | Exists:
    """Whoever belongs where letters are written, and whoever has some."""
    return Exists(sending.open_to(user)) | Exists(Conversation.objects.visible_to(user))


UNREAD = WaitingKind(
    rows=lambda user: Conversation.objects.unread_by(user),
    lines=_lines,
    page=Page(gettext_lazy("Letters"), "letters:letters", _is_open_to),
)


def exported(user: User) -> Part:
    """Give the letters that somebody wrote and got."""
    rows = Letter.objects.visible_to(user).order_by("pk")
    yield kind(
        "letters",
        _("Letters that you wrote and got"),
        rows,
        conversation__community__name=_("Community"),
        conversation__first__display_name=_("Between"),
        conversation__second__display_name=_("and"),
        author__display_name=_("Written by"),
        sent_at=_("When"),
        body=_("Text"),
    )


# Under a name or without one letters stay with whom they were to; removed, they go.
STEPS = {
    "letters": deleting(
        lambda closing: (
            Letter.objects.filter(author=closing.user) if closing.choice == Choice.REMOVE else Letter.objects.none()
        )
    ),
    "empty-conversations": deleting(
        lambda closing: Conversation.objects.filter(Q(first=closing.user) | Q(second=closing.user), letters=None)
    ),
}
