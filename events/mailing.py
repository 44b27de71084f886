"""The mails about events: one function for each, all with the calendar entry that programs understand."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone, translation

from cop.base.links import absolute, absolute_url
from cop.mail import outbox
from cop.mail.composing import KEY, Invitation
from cop.mail.models import Mailing
from events import icalendars, wording
from events.models import Occurrence
from events.rsvp_models import Answer, Rsvp
from members.audiences import read_roles
from members.models import Membership
from members.standing import standing_of

GATE = "events"
PARTSTAT = {Answer.COMING: "ACCEPTED", Answer.MAYBE: "TENTATIVE", Answer.NOT: "DECLINED"}


def context_of(occurrence: Occurrence, *, zone: str, language: str, token: str = KEY) -> dict[str, Any]:
    """Give what every mail about an occurrence says, in the reader's language and zone."""
    community = occurrence.event.community
    with translation.override(language), timezone.override(zone):
        return {
            "event": occurrence.event,
            "occurrence": occurrence,
            "community": community,
            "accent": community.accent,
            "when": wording.when(occurrence),
            "zone": wording.zone_shown(occurrence.event.timezone),
            "when_yours": wording.when_for(occurrence, zone),
            "zone_yours": wording.zone_shown(zone),
            "url": absolute(occurrence.get_absolute_url()),
            "answer_url": absolute_url("events:answer-by-mail", token, occurrence.pk) if token else "",
        }


def invitation(
    occurrences: Sequence[Occurrence], *, method: str, answered: str = "NEEDS-ACTION", is_joinable: bool = False
) -> Invitation:
    """Give what calendar programs read in a mail about occurrences of one event."""
    text = icalendars.request_text(occurrences, method=method, answered=answered, is_joinable=is_joinable)
    return Invitation(method, text, icalendars.occurrences_calendar(occurrences, is_joinable=is_joinable))


def is_joinable(occurrence: Occurrence, answer: str) -> bool:
    """Whether a mail that may be read at any time can show where one joins."""
    return answer == Answer.COMING and bool(occurrence.join_url) and occurrence.event.join_minutes is None


def prepare(
    name: str,
    occurrence: Occurrence,
    *,
    zone: str,
    language: str,
    dedupe_key: str,
    method: str = "",
    answer: str = "",
    occurrences: Sequence[Occurrence] = (),
    more: dict[str, Any] | None = None,
) -> Mailing:
    """Render a mail about an occurrence for all readers of one zone and language; nothing is sent before it is filled.

    With `method` it carries the calendar entry of `occurrences`, or of the one alone. Call it outside of a transaction.
    """
    joins = is_joinable(occurrence, answer)
    entry = None
    if method:
        rows = list(occurrences) or [occurrence]
        answered = PARTSTAT.get(Answer(answer), "NEEDS-ACTION") if answer else "NEEDS-ACTION"
        entry = invitation(rows, method=method, answered=answered, is_joinable=joins)
    context = context_of(occurrence, zone=zone, language=language) | {"join_url": occurrence.join_url if joins else ""}
    return outbox.prepare(
        name,
        dedupe_key=dedupe_key,
        context=context | (more or {}),
        language=language,
        from_name=occurrence.event.community.name,
        reply_to=icalendars.reply_address(KEY) if method else "",
        invitation=entry,
        gate=GATE,
    )


def send_to(rsvp: Rsvp, name: str, *, method: str = "", more: dict[str, Any] | None = None) -> Mailing:
    """Send one person a mail about their own answer."""
    mailing = prepare(
        name,
        rsvp.occurrence,
        zone=rsvp.zone,
        language=rsvp.reads,
        dedupe_key=f"{name}:{rsvp.pk}:{rsvp.answer}:{rsvp.owed_at:%Y%m%d%H%M%S%f}",
        method=method,
        answer=rsvp.answer,
        more={"rsvp": rsvp, **(more or {})},
    )
    return outbox.post_one(mailing, to=rsvp.address, key=rsvp.token)


def kept_back(keys: list[str]) -> dict[str, str]:
    """Give, for the secrets of answers whose owner must not be mailed, the reason: what the outbox asks its gate."""
    rows = list(Rsvp.objects.filter(token__in=keys).select_related("user", "subscriber__user", "occurrence__event"))
    read_roles([user for rsvp in rows if (user := rsvp.reader)], Membership.objects.active())
    reasons = {rsvp.token: reason for rsvp in rows if (reason := _reason(rsvp))}
    known = {rsvp.token for rsvp in rows}
    return reasons | {key: str(_GONE) for key in keys if key not in known}


_GONE = translation.gettext_lazy("The answer was taken away")
_STOPPED = translation.gettext_lazy("Asked never to be mailed again, or cannot be reached")


def _reason(rsvp: Rsvp) -> str:
    if rsvp.user and not rsvp.user.is_active:
        return str(translation.gettext("The account is blocked"))
    if rsvp.subscriber and (rsvp.subscriber.suppressed_at or rsvp.subscriber.unreachable_at):
        return str(_STOPPED)
    event = rsvp.occurrence.event
    if event.is_hidden:
        return str(translation.gettext("The event is hidden"))
    if not standing_of(rsvp.reader or AnonymousUser()).may_read(event.audience, event.community_id):
        return str(translation.gettext("May no longer read it"))
    return ""
