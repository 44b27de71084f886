"""What this app puts into somebody's copy of their data: answers, votes, and what they scheduled."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from events.calendar_models import CalendarSource, PersonalCalendar
from events.models import Event
from events.poll_models import DatePoll, DateVote
from events.rsvp_models import Rsvp
from members.models import User
from members.packing import Kind, Part, kind


def attended(user: User) -> Part:
    """Answers to events, dates voted for, the calendar, and events that somebody scheduled."""
    yield answers(Rsvp.objects.filter(Q(user=user) | Q(subscriber__user=user)))
    yield kind(
        "date-votes",
        _("Dates that you voted for"),
        DateVote.objects.filter(user=user).order_by("pk"),
        proposal__poll__title=_("For"),
        proposal__starts_at=_("Date"),
        vote=_("You said"),
    )
    yield kind(
        "calendar",
        _("Your calendar"),
        PersonalCalendar.objects.filter(user=user),
        reminds_day=_("Reminds a day before"),
        reminds_hour=_("Reminds an hour before"),
    )
    yield kind(
        "events",
        _("Events that you scheduled"),
        Event.objects.filter(created_by=user).order_by("pk"),
        title=_("Title"),
        community__name=_("Community"),
        first_day=_("Day"),
        created_at=_("Made"),
        place=_("Place"),
        body=_("Text"),
    )
    yield kind(
        "date-polls",
        _("Dates that you asked for"),
        DatePoll.objects.filter(created_by=user).order_by("pk"),
        title=_("What for"),
        about=_("Text"),
        created_at=_("When"),
    )
    yield kind(
        "calendar-sources",
        _("Calendars that you added"),
        CalendarSource.objects.filter(added_by=user).order_by("pk"),
        name=_("Name"),
        community__name=_("Community"),
        created_at=_("When"),
    )


def answers(rows: "QuerySet[Rsvp]") -> Kind:
    """Answers to events, of a user or an outside reader."""
    return kind(
        "answers",
        _("Your answers to events"),
        rows.order_by("pk"),
        occurrence__event__title=_("Event"),
        occurrence__starts_at=_("When"),
        name=_("Name"),
        answer=_("You said"),
        guests=_("Guests"),
        line=_("Your line to the host"),
        answered_at=_("Answered"),
        checked_in_at=_("You were there"),
        took=_("What you take from it"),
    )


PARTS = {"attended": attended}
