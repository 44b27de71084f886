"""What the desk erases of somebody who closed their account: the name in the log, and on request their words too."""

import re

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cop.moderation.action_models import ModerationAction, Objection, Restraint
from cop.moderation.exported import give_reader
from cop.moderation.flag_models import Flag
from cop.moderation.people import KIND
from cop.notifications.models import Subscriber
from cop.notifications.reader_data import Held
from members.carrying_out import changing, deleting, next_of
from members.closing_models import AccountClosing


def _actions(closing: AccountClosing) -> QuerySet[ModerationAction]:
    return ModerationAction.objects.filter(about=closing.user)


def names(closing: AccountClosing, after: int) -> int | None:
    """Let lines about a person name nobody."""
    if not closing.is_hidden:
        return None
    ids = next_of(_actions(closing).filter(kind=KIND), after)
    ModerationAction.objects.filter(pk__in=ids).update(title=_("a former member"), url="", passage="")
    return ids[-1] if ids else None


def words(closing: AccountClosing, after: int) -> int | None:
    """Take away what they had written, where all that they wrote goes."""
    if not closing.is_removed:
        return None
    ids = next_of(_actions(closing), after)
    Objection.objects.filter(action__in=ids).update(words="")
    ModerationAction.objects.filter(pk__in=ids).update(
        passage="", after="", url="", title=_("Something that was removed")
    )
    return ids[-1] if ids else None


def flagged(closing: AccountClosing, after: int) -> int | None:
    """Take away what they said to facilitators about others' things; that something was flagged stays."""
    if not closing.is_removed:
        return None
    ids = next_of(Flag.objects.filter(by=closing.user), after)
    Flag.objects.filter(pk__in=ids).update(words="")
    return ids[-1] if ids else None


def titles(closing: AccountClosing, after: int) -> int | None:
    """Take their name, and on request the titles of what they wrote, out of what others flagged."""
    flags = Flag.objects.filter(about=closing.user)
    if closing.is_hidden:
        flags.filter(kind=KIND).update(title=_("a former member"))
    if closing.is_removed:
        flags.exclude(kind=KIND).update(title=_("Something that was removed"))
    return None


def passages(closing: AccountClosing, after: int) -> int | None:
    """Take the name out of passages of others' texts that stand in the log, and those that quoted words which go."""
    words = closing.name.split()
    if not closing.is_hidden or not words:
        return None
    rows = ModerationAction.objects.filter(Q(passage__icontains=words[0]) | Q(after__icontains=words[0]))
    named = re.compile(r"@?(?<!\w)" + r"[\s.]+".join(map(re.escape, words)) + r"(?!\w)", re.IGNORECASE)
    ids = next_of(rows, after)
    gone = _("It quoted somebody whose words were removed.")
    for row in ModerationAction.objects.filter(pk__in=ids).only("pk", "passage", "after"):
        for field in ("passage", "after"):
            text, count = named.subn(closing.user.display_name, getattr(row, field))
            if count:
                ModerationAction.objects.filter(pk=row.pk).update(**{field: gone if closing.is_removed else text})
    return ids[-1] if ids else None


def forget_reader(subscriber: Subscriber) -> None:
    """Forget where a visitor wanted to hear of a flag."""
    Flag.objects.filter(address=subscriber.address).update(address="")


READERS = Held(give=give_reader, forget=forget_reader)

STEPS = {
    "flag-addresses": changing(lambda closing: Flag.objects.filter(address__in=closing.addresses), address=""),
    "moderated-passages": passages,
    "flagged-titles": titles,
    "moderated-names": names,
    "moderated-words": words,
    "flagged-words": flagged,
    "restraints": deleting(lambda closing: Restraint.objects.filter(user=closing.user)),
}
