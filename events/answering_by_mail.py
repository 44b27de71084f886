"""Answers to invitations that come by mail: a calendar program's, or a person's plain yes, no or maybe."""

from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.mail.arriving import Arrived
from cop.mail.plain_words import answer_in
from cop.mail.routes import Ignored, Taken
from cop.notifications.tokens import is_token
from events import answering
from events.replying import answer_by_reply
from events.rsvp_models import Answer, Rsvp

PURPOSE = "events"
ANSWERS = {"yes": Answer.COMING, "no": Answer.NOT, "maybe": Answer.MAYBE}


def take(arrived: Arrived) -> Taken:
    """Keep an answer that came to the secret address of an invitation; raise Refused for what is none."""
    if arrived.calendar:
        rsvp = answer_by_reply(arrived.calendar, f"events+{arrived.own.code}@")
        return Taken(rsvp.occurrence.get_absolute_url())
    if arrived.automatic:
        raise Ignored(arrived.automatic)
    rsvp = _in_words(arrived)
    return Taken(
        rsvp.occurrence.get_absolute_url(),
        _("Your answer is kept: %(answer)s.") % {"answer": rsvp.get_answer_display()},
    )


def _in_words(arrived: Arrived) -> Rsvp:
    rows = Rsvp.objects.filter(token=arrived.own.code) if is_token(arrived.own.code) else Rsvp.objects.none()
    mine = rows.select_related("user", "subscriber", "occurrence__event__community").first()
    said = answer_in(arrived.text)
    if mine is None or not said:
        raise Refused(
            _("Write “yes”, “no” or “maybe” in the first line; or press a button in the mail that invites you.")
        )
    if mine.occurrence.event.is_hidden:  # Its name is not even repeated.
        raise Refused(_("This invitation does not exist any more."))
    if arrived.sender != mine.address.lower():
        raise Refused(_("This answer is somebody else's: it came from another address than the invitation went to."))
    person = mine.user or mine.subscriber
    assert person is not None  # noqa: S101 — the table's own condition
    return answering.answer(mine.occurrence, person=person, answer=ANSWERS[said], is_told=False)
