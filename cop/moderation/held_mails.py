"""Mails held at the door: whoever is asked says that a mail is theirs, or a facilitator decides about it meanwhile.

A facilitator cannot know who wrote it either. So what is let in stands in the log, and the person in whose name it
stands is told and can have it taken away. Nothing is ever sent to the address that it came from.
"""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.errors import Refused
from cop.mail import handling
from cop.mail.incoming_models import IncomingMessage, IncomingState
from cop.mail.plain_words import NO, YES
from cop.moderation import acting, caring, things
from cop.moderation.action_models import ModerationAction, What
from cop.moderation.kinds import Act, CaseKind, Decision, Shown
from cop.moderation.models import Case
from cop.moderation.recording import record
from cop.moderation.things import Thing, ThingKind, Why
from cop.notifications.knowing_senders import Doubtful, community_at
from members.models import Community, User

KIND = "mail"


def follow(row: IncomingMessage) -> None:
    """Let a held mail wait for the facilitators of its place, and wait no longer when its writer or time settled it."""
    if row.state != IncomingState.HELD:
        caring.settle(KIND, row.pk, by=None, outcome="confirmed" if row.confirmed_at else "over")
        return
    community, writer = community_at(row.held_for), _writer_of(row)
    # Of anybody else nothing would be posted, whoever lets it in.
    if community and writer and community.memberships.active().filter(user=writer).exists():
        caring.needs_care(KIND, row.pk, community=community, about=writer, since=row.received_at)


def _writer_of(row: IncomingMessage) -> User | None:
    """Give the person that a mail claims to be from, who was asked."""
    return User.objects.filter(pk=int(row.asked_as), is_active=True).first() if row.asked_as.isdecimal() else None


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give the mails that are held still, without what they came as: two queries."""
    rows = list(IncomingMessage.objects.filter(pk__in=ids, state=IncomingState.HELD).defer("raw"))
    people = User.objects.in_bulk({int(row.asked_as) for row in rows if row.asked_as.isdecimal()})
    return {
        row.pk: _shown(row, people[int(row.asked_as)])
        for row in rows
        if row.asked_as.isdecimal() and int(row.asked_as) in people
    }


def _shown(row: IncomingMessage, writer: User) -> Shown:
    name = writer.display_name
    doubt = str(Doubtful(row.doubt).label) if row.doubt in Doubtful.values else row.reason
    because = (
        _("Nothing proves that %(name)s wrote this. It came from %(address)s.") % {"name": name, "address": row.sender},
        doubt,
        _("%(name)s was asked by mail, and has not answered yet. Let it in only if you know that it is theirs.")
        % {"name": name},
    )
    return Shown(
        title=row.subject or _("A mail without a subject"),
        html=linebreaks(row.excerpt, autoescape=True),
        author=name,
        at=row.received_at,
        because=because,
    )


def _held(case: Case) -> IncomingMessage:
    row = IncomingMessage.objects.defer("raw").filter(pk=case.thing_id, state=IncomingState.HELD).first()
    if row is None:
        raise Refused(_("Whoever was asked has answered meanwhile."))
    return row


def _thing(row: IncomingMessage, community: Community) -> Thing:
    title = row.subject or _("A mail without a subject")
    return Thing(KIND, row.pk, community, title, url="", text=row.excerpt, author=_writer_of(row), at=row.received_at)


def _let_in(case: Case, act: Act) -> None:
    row = _held(case)
    with transaction.atomic():
        # First, so that it is this decision that settles the case; where somebody was quicker, nothing of it stays.
        caring.settle(KIND, row.pk, by=act.by, outcome=LET_IN.name)
        if not handling.release(row, is_let_in=True):
            raise Refused(_("Whoever was asked has answered meanwhile."))
        line = record(What.LET_IN, _thing(row, case.community), by=act.by, why=Why(act.reason, act.words))
    handling.handle(row)
    row.refresh_from_db(fields=["state", "url", "reason"])
    if row.state == IncomingState.REFUSED:
        raise Refused(_("It could not be posted: %(reason)s") % {"reason": row.reason})
    if line and row.url:
        ModerationAction.objects.filter(pk=line.pk).update(url=row.url[:300])


def _turn_away(case: Case, act: Act) -> None:
    _end(case, act, What.TURNED_AWAY)


def _drop(case: Case, act: Act) -> None:
    _end(case, act, What.DROPPED)


def _end(case: Case, act: Act, what: What) -> None:
    row = _held(case)
    with transaction.atomic():
        caring.settle(KIND, row.pk, by=act.by, outcome=what)
        if not handling.discard(row, reason=_("A facilitator did not let it in.")):
            raise Refused(_("Whoever was asked has answered meanwhile."))
        record(what, _thing(row, case.community), by=act.by, why=Why(act.reason, act.words))


def hide_what_it_became(mail_id: int, by: User | None, why: Why) -> bool:
    """Hide what was made of a mail that was let in, for whoever says that they did not write it."""
    row = IncomingMessage.objects.defer("raw").filter(pk=mail_id).first()
    kind, _colon, number = row.made.partition(":") if row else ("", "", "")
    return bool(number) and acting.do(What.HIDDEN, kind, int(number), by=by, why=why)


def register() -> None:
    """Let held mails be things in the log; they cannot be flagged, as nobody reads them."""
    things.kinds.register(
        KIND,
        ThingKind(
            words=gettext_lazy("a mail"),
            flagged="",
            see=lambda _mail_id, _reader: None,
            show=lambda _ids: {},
            acts={What.HIDDEN: hide_what_it_became},
        ),
    )


LET_IN = Decision(
    What.LET_IN,
    gettext_lazy("Let it in, in their name"),
    _let_in,
    gettext_lazy("Let in. Whose name it bears is told, and can have it taken away."),
    key="a",
    said=f"yes|let in|let it in|{YES}",
)
TURN_AWAY = Decision(
    What.TURNED_AWAY,
    gettext_lazy("Turn it away"),
    _turn_away,
    gettext_lazy("Turned away. Whose name it bears is told, with your words."),
    key="d",
    wants_reason=True,
    said=f"no|turn away|turn it away|{NO}",
)
DROP = Decision(
    What.DROPPED,
    gettext_lazy("Drop it: forged"),
    _drop,
    gettext_lazy("Dropped, without a word to anybody."),
    key="x",
    is_grave=True,
    said="drop|spam|forged",
)
# The person who was asked decides best: facilitators read of it on the page, not in a mail for each.
MAILS = CaseKind(words=gettext_lazy("Mails held at the door"), show=show, decisions=(LET_IN, TURN_AWAY, DROP), weight=3)
