"""What the page of an event shows: when, where, who, and what the reader may do."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from cop.base.links import absolute
from events import answering, repeating, visiting, wording
from events.forms import AnswerForm, RemindersForm, TookForm
from events.models import Event, Occurrence
from events.reminding import HOUR
from events.rsvp_models import Answer, Rsvp

PEOPLE_SHOWN = 40
DATES_SHOWN = 6
EARLIER_SHOWN = 3


def page_context(request: HttpRequest, row: Occurrence, **more: Any) -> dict[str, Any]:
    """Give what the page of an occurrence needs; the parts that only some readers see are asked for when shown."""
    event = row.event
    rsvp = answering.rsvp_of(row, request.user) if request.user.is_authenticated else None
    may_answer = request.user.has_perm("events.answer", row)
    may_edit = request.user.has_perm("events.edit_event", event)
    is_open = not (row.is_cancelled or row.is_over or event.is_draft or event.is_hidden or event.community.is_archived)
    return {
        "community": event.community,
        "event": event,
        "occurrence": row,
        "when": wording.when(row),
        "zone": wording.zone_shown(event.timezone),
        "when_yours": wording.when_for(row, wording.reader_zone()) if request.user.is_authenticated else "",
        "zone_yours": wording.zone_shown(wording.reader_zone()),
        "series": repeating.sentence(event.rule, event.starts),
        "rsvp": rsvp,
        "position": answering.position_of(rsvp) if rsvp and rsvp.answer == Answer.WAITING else 0,
        "is_open": is_open,
        "may_answer": may_answer,
        "answers": [Answer.COMING, Answer.MAYBE, Answer.NOT],
        "form": answer_form(row, rsvp) if may_answer and is_open else None,
        "reminders": RemindersForm.of(rsvp) if rsvp and is_open and is_remindable(row, rsvp) else None,
        "is_open_to_visitors": is_open and not request.user.is_authenticated and visiting.is_open_to_visitors(row),
        "may_edit": may_edit,
        "may_take_care": request.user.has_perm("moderation.take_care", event.community),
        "may_talk": request.user.has_perm("events.talk", row),
        "may_see_answers": request.user.has_perm("events.see_answers", row),
        "counts": SimpleLazyObject(lambda: counts_of(row)),
        "people": SimpleLazyObject(lambda: people_of(row)),
        "hosts": SimpleLazyObject(lambda: list(event.hosts.select_related("organisation").order_by("display_name"))),
        "tags": SimpleLazyObject(lambda: list(event.tags.order_by("name"))),
        "dates": SimpleLazyObject(lambda: other_dates(row)),
        "earlier": SimpleLazyObject(lambda: earlier_dates(row)),
        "join_url": row.join_url if is_joinable_now(row, rsvp, is_host=may_edit) else "",
        "links": calendar_links(row),
        "took_form": SimpleLazyObject(lambda: TookForm(initial={"took": rsvp.took if rsvp else ""})),
        "taken_along": SimpleLazyObject(lambda: list(row.rsvps.exclude(took="").with_people().order_by("pk")[:100])),
    } | more


def next_occurrence(event: Event) -> Occurrence | None:
    """Give the occurrence that an event's own address shows: the next one, else the last."""
    rows = event.occurrences.select_related("event__community", "event__cover")
    coming = rows.filter(ends_at__gt=timezone.now())
    standing = coming.filter(cancelled_at=None).order_by("starts_at").first()
    return standing or coming.order_by("starts_at").first() or rows.order_by("-starts_at").first()


def answer_form(row: Occurrence, rsvp: Rsvp | None, data: Any = None) -> AnswerForm:
    """Give the form in which one answers, filled with the answer that stands."""
    initial = {"answer": rsvp.answer, "guests": rsvp.guests, "line": rsvp.line} if rsvp else {}
    return AnswerForm(data, guests_most=row.event.guests_most, initial=initial)


def is_remindable(row: Occurrence, rsvp: Rsvp) -> bool:
    """Whether a reminder is still to come: those who come get the last one an hour before the start."""
    return rsvp.is_coming and timezone.now() < row.starts_at - HOUR


def counts_of(row: Occurrence) -> dict[str, int]:
    """Give how many gave each answer, guests counted with those who come; one query."""
    is_here = Q(checked_in_at__isnull=False)
    found = row.rsvps.confirmed().order_by().values("answer")
    given = {
        one["answer"]: one
        for one in found.annotate(
            people=Count("pk"), heads=Sum(F("guests") + 1), here=Sum(F("guests") + 1, filter=is_here)
        )
    }
    counts = {answer: one["people"] for answer, one in given.items()}
    coming, heads = counts.get(Answer.COMING, 0), given[Answer.COMING]["heads"] if Answer.COMING in given else 0
    here = sum(one["here"] or 0 for one in given.values())
    return {
        "coming": coming,
        "heads": heads,
        # Where nobody was ticked off, everybody who meant to come is taken to have come.
        "came": here or heads,
        "maybe": counts.get(Answer.MAYBE, 0),
        "not": counts.get(Answer.NOT, 0),
        "waiting": counts.get(Answer.WAITING, 0) + counts.get(Answer.OFFERED, 0),
    }


def people_of(row: Occurrence) -> list[Rsvp]:
    """Give who comes, or of what is over who was there: the first of them."""
    coming = row.rsvps.coming().with_people().order_by("pk")
    here = list(row.rsvps.confirmed().exclude(checked_in_at=None).with_people().order_by("pk")[:PEOPLE_SHOWN])
    return here if row.is_over and here else list(coming[:PEOPLE_SHOWN])


def other_dates(row: Occurrence) -> list[Occurrence]:
    """Give the next times that a series takes place, besides this one."""
    rows = Occurrence.objects.filter(event=row.event_id, cancelled_at=None).exclude(pk=row.pk)
    found = list(rows.filter(ends_at__gt=timezone.now()).order_by("starts_at")[:DATES_SHOWN])
    for other in found:
        other.event = row.event
    return found


def earlier_dates(row: Occurrence) -> list[Occurrence]:
    """Give the last times that a series took place before this one: what was noted there is found from here."""
    if not row.event.is_recurring:
        return []
    rows = Occurrence.objects.filter(event=row.event_id, cancelled_at=None, ends_at__lte=timezone.now())
    found = list(rows.filter(starts_at__lt=row.starts_at).order_by("-starts_at")[:EARLIER_SHOWN])
    for other in found:
        other.event = row.event
    return found


def is_joinable_now(row: Occurrence, rsvp: Rsvp | None, *, is_host: bool) -> bool:
    """Whether this reader is shown by now where one joins: hosts always, those who come from the time that they set."""
    if not row.join_url or row.is_cancelled or row.is_over:
        return False
    if is_host:
        return True
    if not (rsvp and rsvp.is_coming):
        return False
    minutes = row.event.join_minutes
    return minutes is None or timezone.now() >= row.starts_at - timedelta(minutes=minutes)


def calendar_links(row: Occurrence) -> dict[str, str]:
    """Give the addresses that open a new entry in the calendars that most people have."""
    event = row.event
    url = absolute(row.get_absolute_url())
    where = ", ".join(part for part in (row.place, row.address) if part)
    form = "%Y%m%d" if event.is_all_day else "%Y%m%dT%H%M%SZ"
    starts = row.starts if event.is_all_day else row.starts_at
    ends = row.ends + timedelta(days=1) if event.is_all_day else row.ends_at
    google = {"action": "TEMPLATE", "text": row.title, "details": url, "location": where}
    google["dates"] = f"{starts.strftime(form)}/{ends.strftime(form)}"
    outlook = {"path": "/calendar/action/compose", "rru": "addevent", "subject": row.title, "body": url}
    outlook |= {"location": where, "startdt": starts.isoformat(), "enddt": ends.isoformat()}
    return {
        "google": f"https://calendar.google.com/calendar/render?{urlencode(google)}",
        "outlook": f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook)}",
    }
