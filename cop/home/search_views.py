"""The search page: over the site, within a community, and within a blog, a forum or a topic."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cop.base.limits import network_of, within_limit
from cop.base.pages import page
from cop.notifications.followables import Thing, find, may_read
from cop.search.models import SearchEntry
from cop.search.searchables import kinds
from cop.search.searching import search as find_words
from cop.search.searching import search_any
from members.models import Community

# Searching is the dearest thing that a visitor can ask for.
SEARCHES_A_MINUTE = 60
NUMBERED = re.compile(r"([a-z]{1,20})-(\d{1,18})")


@dataclass(frozen=True)
class Within:
    """The blog, forum or topic that a search stays in: its name and address, and how `search` is told of it."""

    title: str
    url: str
    narrowing: dict[str, Any]


@require_safe
def search(request: HttpRequest, community_slug: str = "") -> HttpResponse:
    """Find what the reader may read. `q` is what was typed; `kind`, `order`, `within` and `page` come from links."""
    if not _may_search(request):
        return render(request, "429.html", status=429)
    community = _community(request, community_slug)
    within = _within(request, community)
    asked = request.GET.get("kind", "")
    kind = asked if asked in kinds else ""
    narrowing: dict[str, Any] = {"community": community, "kind": kind, **(within.narrowing if within else {})}
    words, is_newest_first = request.GET.get("q", "").strip("\0"), request.GET.get("order") == "newest"
    found = find_words(
        request.user, words, **narrowing, is_newest_first=is_newest_first, at=request.GET.get("page", "")
    )
    near = None
    if not found.count and not found.question.is_empty:
        near = search_any(request.user, words, **narrowing)
    context = {
        "community": community,
        "within": within,
        "words": words,
        "only_kind": kind,
        "kinds": [(name, kinds[name].label) for name in kinds],
        "is_newest_first": is_newest_first,
        "found": found,
        "near": near,
    }
    return page(request, "home/search.html", context)


def _may_search(request: HttpRequest) -> bool:
    if not request.GET.get("q"):
        return True
    who = f"person:{request.user.pk}" if request.user.is_authenticated else network_of(request)
    return within_limit("search", who, times=SEARCHES_A_MINUTE, seconds=60)


def _community(request: HttpRequest, slug: str) -> Community | None:
    return get_object_or_404(Community.objects.visible_to(request.user), slug=slug) if slug else None


def _within(request: HttpRequest, community: Community | None) -> Within | None:
    """Read `within`, as `forum-3` or `topic-5`; Http404 for what the reader may not know of."""
    mark = request.GET.get("within", "")
    if not mark:
        return None
    named = NUMBERED.fullmatch(mark)
    if named is None:
        raise Http404
    kind, number = named[1], int(named[2])
    if kind == "topic":
        rows = SearchEntry.objects.visible_to(request.user).filter(kind=kind, object_id=number)
        topic = get_object_or_404(rows.filter(community=community) if community else rows)
        return Within(topic.title, topic.url, {"topic": number})
    thing = find(kind, number)
    if thing is None or not may_read(request.user, thing) or not _is_in(thing, community):
        raise Http404
    return Within(thing.title, thing.url, {"thing": (kind, number)})


def _is_in(thing: Thing, community: Community | None) -> bool:
    return community is None or thing.community_id == community.pk
