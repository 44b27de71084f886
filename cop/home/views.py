"""The site's home and each community's home."""

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from blogs.models import Blog
from cop.base.keyset import paginate
from cop.base.pages import page
from cop.home import closing, finding, handing_over, next_steps, reviewing, staging
from cop.home.models import about_of
from cop.notifications import story
from cop.notifications.models import Activity
from cop.notifications.rhythm import coming, latest
from events.models import Occurrence
from events.poll_models import DatePoll
from members.audiences import RESTING
from members.models import Community, Membership, MembershipState, Tool
from members.standing import standing_of

NEW_THINGS = 12
EVENTS_SHOWN = 3
# A daily series fills the next dates with itself: so many are looked at to find the other events among them.
DATES_LOOKED_AT = 40
SINCE_MOST = 1000


@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """List the communities that the reader may know of, the reader's own first, or those that fit what is asked."""
    known = Community.objects.visible_to(request.user).alive()
    asked = finding.asked(request.GET)
    roles = standing_of(request.user).roles
    mine = known.filter(pk__in=roles) if roles and not asked.is_anything else []
    others = finding.that_fit(known, asked) if asked.is_anything else known.exclude(pk__in=roles)
    context = {
        "mine": mine,
        "page": paginate(others, order=("created_at", "id"), at=request.GET.get("page", "")),
        "is_filtered": asked.is_anything,
        "words": asked.words,
        "language": asked.language,
        "tag": asked.tag,
        "languages": settings.LANGUAGES,
        "known_tags": finding.tags_of(known),
    }
    return page(request, "home/site.html", context)


@require_safe
def community(request: HttpRequest, community_slug: str) -> HttpResponse:
    """Say what a community is for, who facilitates it, what is new and how to join."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    looks_after = request.user.has_perm("home.look_after", found)
    context = {
        "community": found,
        "parent": Community.objects.visible_to(request.user).filter(pk=found.parent_id).first()
        if found.parent_id
        else None,
        "has_parts": SimpleLazyObject(lambda: _has_parts(found, request)),
        "legacy": SimpleLazyObject(lambda: _legacy(found)),
        "care": _care(found) if looks_after else None,
        **_since_stepping_back(request, found),
        "reader_kind": standing_of(request.user).kind_in(found),
        # Made only where the part of the page that shows them is not kept already.
        "told": SimpleLazyObject(lambda: story.newest_in(found, request.user, count=NEW_THINGS)),
        "facilitators": SimpleLazyObject(lambda: _facilitating(found)),
        "blogs": SimpleLazyObject(lambda: _blogs_of(found, request)),
        "next_events": SimpleLazyObject(lambda: _next_events(found, request)),
        "date_polls": SimpleLazyObject(lambda: _date_polls(found, request)),
        "beat_now": SimpleLazyObject(lambda: latest(found)),
        "beats_coming": SimpleLazyObject(lambda: coming(found, count=1)),
        "is_waiting": is_waiting(request, found),
    }
    return page(request, "home/community.html", context)


def _care(found: Community) -> dict[str, Any]:
    """Give what facilitators see on top: what comes next, and what waits for them."""
    return {
        "steps": next_steps.steps_of(found),
        "invited": handing_over.open_in(found),
        "review": reviewing.waiting_in(found),
        "weather": staging.weather_of(found),
        "advice": staging.advice_for(found).what,
    }


def _since_stepping_back(request: HttpRequest, found: Community) -> dict[str, Any]:
    """Say to somebody who stepped back when that was, and how much has happened since; nothing to others."""
    if standing_of(request.user).role_in(found) != RESTING:
        return {}
    at = found.memberships.filter(user=request.user.pk).values_list("stepped_back_at", flat=True).first()
    if at is None:
        return {}
    since = Activity.objects.visible_to(request.user).filter(community=found, at__gt=at)
    return {"stepped_back_at": at, "since_then": since[:SINCE_MOST].count()}


def _legacy(found: Community) -> dict[str, Any]:
    return {"words": about_of(found).last_words_html, **asdict(closing.legacy_of(found))}


def _has_parts(found: Community, request: HttpRequest) -> bool:
    return Community.objects.visible_to(request.user).alive().filter(parent=found).exists()


def _next_events(found: Community, request: HttpRequest) -> list[Occurrence]:
    """Give what takes place next, each event once."""
    if Tool.EVENTS not in found.tools or found.is_archived:
        return []
    rows = Occurrence.objects.visible_to(request.user).taking_place().coming().filter(community=found).with_events()
    first: dict[int, Occurrence] = {}
    for row in rows.order_by("starts_at", "pk")[:DATES_LOOKED_AT]:
        first.setdefault(row.event_id, row)
    return list(first.values())[:EVENTS_SHOWN]


def _date_polls(found: Community, request: HttpRequest) -> list[DatePoll]:
    if Tool.EVENTS not in found.tools or found.is_archived:
        return []
    polls = DatePoll.objects.visible_to(request.user).filter(community=found, closed_at=None)
    return list(polls.select_related("community").order_by("-pk")[:EVENTS_SHOWN])


def _facilitating(found: Community) -> list[Membership]:
    rows = found.memberships.active().facilitating().select_related("user__organisation")
    return list(rows.order_by("joined_at", "id")[:20])


def _blogs_of(found: Community, request: HttpRequest) -> list[Blog]:
    return list(Blog.objects.visible_to(request.user).filter(community=found).order_by("name")[:50])


def is_waiting(request: HttpRequest, found: Community) -> bool:
    """Whether the reader has asked to join and waits; asks the database only for somebody who could."""
    if not request.user.has_perm("members.ask_to_join", found):
        return False
    return found.memberships.filter(user=request.user.pk, state=MembershipState.REQUESTED).exists()
