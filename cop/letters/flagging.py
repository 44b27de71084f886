"""Letters as things that can be flagged: by whoever got one, and then a facilitator sees that one alone."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.letters.models import Letter
from cop.moderation.action_models import What
from cop.moderation.recording import record
from cop.moderation.things import Thing, ThingKind, Why
from members.audiences import Reader
from members.models import User

KIND = "letter"
NO_REASON = Why()


def see(letter_id: int, reader: Reader) -> Thing | None:
    """Give a letter to one of the two."""
    rows = Letter.objects.visible_to(reader).filter(hidden_at=None)
    found = rows.select_related("conversation__community", "author").filter(pk=letter_id).first()
    return _thing(found) if found else None


def show(ids: Collection[int]) -> Mapping[int, Thing]:
    """Give flagged letters; one query."""
    rows = Letter.objects.filter(pk__in=ids).select_related("conversation__community", "author")
    return {row.pk: _thing(row) for row in rows}


def _thing(letter: Letter) -> Thing:
    return Thing(
        kind=KIND,
        id=letter.pk,
        community=letter.conversation.community,
        title=_("A letter"),
        url=letter.get_absolute_url(),
        text=letter.text,
        html=letter.body_html,
        author=letter.author,
        at=letter.sent_at,
        is_hidden=letter.hidden_at is not None,
    )


def hide(letter_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Take a letter's words away from both."""
    return _set_hidden(What.HIDDEN, letter_id, by, why)


def show_again(letter_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Let both read a letter again."""
    return _set_hidden(What.SHOWN, letter_id, by, why)


def _set_hidden(what: What, letter_id: int, by: User | None, why: Why) -> bool:
    is_hidden = what == What.HIDDEN
    with transaction.atomic():
        rows = Letter.objects.filter(pk=letter_id, hidden_at__isnull=is_hidden)
        if not rows.update(hidden_at=timezone.now() if is_hidden else None):
            return False
        letter = Letter.objects.select_related("conversation__community", "author").get(pk=letter_id)
        record(what, _thing(letter), by=by, why=why)
    return True


LETTERS = ThingKind(
    words=gettext_lazy("a letter"),
    flagged=gettext_lazy("Flagged letters"),
    see=see,
    show=show,
    acts={What.HIDDEN: hide, What.SHOWN: show_again},
    is_private=True,
)
