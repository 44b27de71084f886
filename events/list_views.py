"""Calendar pages: what comes as a list, a month, a week; of one community, and one's own across all of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.keyset import paginate
from cop.base.pages import page
from events import personal
from events.calendar_days import days_of, put_answers
from events.event_views import visible_community
from events.forms import RemindersForm
from events.models import Occurrence, OccurrenceQuerySet
from events.poll_models import DatePoll
from events.rsvp_models import Rsvp
from members.models import Community, Tool
from members.signing_in import SignedInRequest, sure
from members.standing import standing_of

EVENTS_A_PAGE = 30
SEASON = timedelta(days=92)
YEARS = range(1970, 2100)


@require_safe
def events(request: HttpRequest, community_slug: str) -> HttpResponse:
    """What comes in a community, or with `?past=1` what was."""
    community = visible_community(request, community_slug)
    rows = Occurrence.objects.visible_to(request.user).filter(community=community).with_events()
    context = {"community": community, "base": reverse("events:events", args=[community.slug])}
    context |= _list(request, rows) | _around(request, community)
    return page(request, "events/events.html", context)


@require_safe
@login_required
def mine(request: SignedInRequest) -> HttpResponse:
    """What comes in all of the reader's communities."""
    context = {"is_mine": True, "base": reverse("events:mine")} | _list(request, _my_rows(request)) | _my_tabs()
    return page(request, "events/events.html", context)


def _my_rows(request: SignedInRequest) -> OccurrenceQuerySet:
    joined = Community.objects.filter(pk__in=standing_of(request.user).roles).values_list("pk", "tools")
    mine = [community for community, tools in joined if Tool.EVENTS in tools]
    return Occurrence.objects.visible_to(request.user).filter(community__in=mine).with_events()


def _list(request: HttpRequest, rows: OccurrenceQuerySet) -> dict[str, Any]:
    if request.GET.get("past"):
        found = paginate(rows.over(), order=("starts_at", "id"), at=request.GET.get("page", ""), size=EVENTS_A_PAGE)
        entries, later = found.rows, ""
        context: dict[str, Any] = {"is_past": True, "page": found}
    else:
        entries, later = _coming(rows, request.GET.get("after", ""))
        context = {"is_past": False, "later": later}
    put_answers(request, entries)
    return context | {"months": _by_month(entries), "view": "list"}


def _coming(rows: OccurrenceQuerySet, mark: str) -> tuple[list[Occurrence], str]:
    """Give the next occurrences after a mark, and the mark that leads on; no mark where there are no more."""
    rows = rows.coming().order_by("starts_at", "pk")
    try:
        moment, _dash, number = mark.partition("_")
        after = datetime.strptime(moment, "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        rows = rows.filter(starts_at__gte=after).exclude(starts_at=after, pk__lte=int(number))
    except (ValueError, OverflowError):
        pass
    found = list(rows[: EVENTS_A_PAGE + 1])
    # A weekly series would fill the page with itself: what is further than a season away has a page of its own.
    near = [row for row in found[:EVENTS_A_PAGE] if row.starts_at < found[0].starts_at + SEASON]
    if len(near) == len(found):
        return found, ""
    return near, f"{near[-1].starts_at:%Y%m%dT%H%M%S}_{near[-1].pk}"


def _by_month(entries: list[Occurrence]) -> list[tuple[date, list[Occurrence]]]:
    months: dict[date, list[Occurrence]] = {}
    for entry in entries:
        months.setdefault(day_of(entry).replace(day=1), []).append(entry)
    return list(months.items())


def day_of(entry: Occurrence) -> date:
    """Give the day on which it begins for the reader; whole days are the same everywhere."""
    return entry.starts.date() if entry.event.is_all_day else timezone.localtime(entry.starts_at).date()


def _around(request: HttpRequest, community: Community) -> dict[str, Any]:
    today = timezone.localdate()
    year, week, _weekday = today.isocalendar()
    polls = DatePoll.objects.visible_to(request.user).filter(community=community, closed_at=None)
    return {
        "may_add": request.user.has_perm("events.add_event", community),
        "polls": polls.select_related("community").order_by("-pk")[:5],
        "month_url": reverse("events:month", args=[community.slug, today.year, today.month]),
        "week_url": reverse("events:week", args=[community.slug, year, week]),
        "feed_url": reverse("events:community-calendar", args=[community.slug]),
        "is_public": community.audience == "public",
    }


def _my_tabs() -> dict[str, Any]:
    today = timezone.localdate()
    year, week, _weekday = today.isocalendar()
    return {
        "month_url": reverse("events:my-month", args=[today.year, today.month]),
        "week_url": reverse("events:my-week", args=[year, week]),
    }


@require_safe
def month(request: HttpRequest, community_slug: str, year: int, month: int) -> HttpResponse:
    """A month of a community's calendar."""
    community = visible_community(request, community_slug)
    rows = Occurrence.objects.visible_to(request.user).filter(community=community).with_events()
    context = {"community": community, "base": reverse("events:events", args=[community.slug])}
    context |= _month(request, rows, year, month, ("events:month", community.slug)) | _around(request, community)
    return page(request, "events/month.html", context)


@require_safe
@login_required
def my_month(request: SignedInRequest, year: int, month: int) -> HttpResponse:
    """A month of all the reader's communities."""
    context = {"is_mine": True, "base": reverse("events:mine")} | _my_tabs()
    return page(
        request, "events/month.html", context | _month(request, _my_rows(request), year, month, ("events:my-month",))
    )


def _month(
    request: HttpRequest, rows: OccurrenceQuerySet, year: int, month: int, name: tuple[str, ...]
) -> dict[str, Any]:
    if year not in YEARS or not 1 <= month <= 12:
        raise Http404
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    before = first - timedelta(days=1)
    start = first - timedelta(days=first.weekday())
    end = after + timedelta(days=-after.weekday() % 7)
    days = days_of(request, rows, start, end, "month", (name[0].replace("month", "week"), *name[1:]))
    for day in days:
        day.is_inside = first <= day.day < after
    return {
        "view": "month",
        "is_empty": not any(day.entries for day in days if day.is_inside),
        "first": first,
        "weeks": [days[number : number + 7] for number in range(0, len(days), 7)],
        "previous_url": reverse(name[0], args=[*name[1:], before.year, before.month]),
        "next_url": reverse(name[0], args=[*name[1:], after.year, after.month]),
        "previous": before,
        "next": after,
    }


@require_safe
def week(request: HttpRequest, community_slug: str, year: int, week: int) -> HttpResponse:
    """A week of a community's calendar."""
    community = visible_community(request, community_slug)
    rows = Occurrence.objects.visible_to(request.user).filter(community=community).with_events()
    context = {"community": community, "base": reverse("events:events", args=[community.slug])}
    context |= _week(request, rows, year, week, ("events:week", community.slug)) | _around(request, community)
    return page(request, "events/week.html", context)


@require_safe
@login_required
def my_week(request: SignedInRequest, year: int, week: int) -> HttpResponse:
    """A week of all the reader's communities."""
    context = {"is_mine": True, "base": reverse("events:mine")} | _my_tabs()
    return page(
        request, "events/week.html", context | _week(request, _my_rows(request), year, week, ("events:my-week",))
    )


def _week(
    request: HttpRequest, rows: OccurrenceQuerySet, year: int, week: int, name: tuple[str, ...]
) -> dict[str, Any]:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise Http404 from error
    if year not in YEARS:
        raise Http404
    before, after = (monday + timedelta(days=days) for days in (-7, 7))
    days = days_of(request, rows, monday, after, "week", name)
    return {
        "view": "week",
        "is_empty": not any(day.entries for day in days),
        "first": monday,
        "last": after - timedelta(days=1),
        "days": days,
        "previous_url": reverse(name[0], args=[*name[1:], *before.isocalendar()[:2]]),
        "next_url": reverse(name[0], args=[*name[1:], *after.isocalendar()[:2]]),
        "previous": before,
        "next": after,
    }


@require_safe
@login_required
def my_answers(request: SignedInRequest) -> HttpResponse:
    """What the reader answered, what is to come first; the own calendar's address; and reminders."""
    readable = Occurrence.objects.visible_to(request.user).values("event")
    rows = Rsvp.objects.filter(user=request.user, occurrence__event__in=readable)
    rows = rows.select_related("occurrence__event__community")
    own = personal.personal(request.user)
    context = {
        "coming": rows.to_come()[:200],
        "over": rows.that_were()[:50],
        "own": own,
        "form": RemindersForm(initial={"day": own.reminds_day, "hour": own.reminds_hour}),
    }
    return page(request, "events/my_answers.html", context | _my_tabs())


@require_POST
@login_required
def reminders_choose(request: SignedInRequest) -> HttpResponse:
    """Keep when the reader is reminded."""
    form = RemindersForm(request.POST)
    form.is_valid()
    personal.choose_reminders(
        request.user, day=form.cleaned_data.get("day", False), hour=form.cleaned_data.get("hour", False)
    )
    messages.success(request, _("Saved."))
    return redirect("events:my-answers")


@require_POST
@login_required
@sure
def calendar_key_renew(request: SignedInRequest) -> HttpResponse:
    """Make an address of the own calendar, or a new one in place of the old."""
    personal.renew_key(request.user)
    messages.success(request, _("Your calendar has a new address. The old one no longer works."))
    return redirect("events:my-answers")
