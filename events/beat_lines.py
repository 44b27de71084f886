"""What a beat lists of events: those that take place before the next beat."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from cop.notifications.sections import LINES_SHOWN, Line, Section, Window
from events.models import Occurrence
from events.poll_models import DatePoll
from events.wording import when


def _coming(window: Window) -> Iterator[Line]:
    rows = (
        Occurrence.objects.taking_place()
        .with_events()
        .filter(
            community=window.community,
            event__audience__in=window.audiences,
            starts_at__gte=window.starts_at,
            starts_at__lt=window.ends_at,
        )
    )
    for row in rows.order_by("starts_at", "id")[: LINES_SHOWN * 4]:
        yield Line(row.title, row.get_absolute_url(), when(row))


def _asked(window: Window) -> Iterator[Line]:
    polls = DatePoll.objects.filter(community=window.community, closed_at=None, audience__in=window.audiences)
    polls = polls.filter(created_at__gt=window.since, created_at__lte=window.until)
    for poll in polls.select_related("community", "created_by").order_by("pk")[: LINES_SHOWN * 4]:
        by = poll.created_by
        yield Line(poll.title, poll.get_absolute_url(), by.display_name if by else "", poll.created_by_id)


EVENTS = Section(_("Events"), _coming)
DATES = Section(_("A date is looked for"), _asked)
