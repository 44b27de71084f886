"""The site's home and each community's home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from blogs.models import Blog
from cop.base.keyset import paginate
from cop.base.pages import page
from cop.notifications.models import Activity
from cop.notifications.rhythm import coming, latest
from members.models import Community, Membership, MembershipState
from members.standing import standing_of

NEW_ACTIVITIES = 12


@require_safe
def site(request: HttpRequest) -> HttpResponse:
    """List the communities that the reader may know of, the reader's own first."""
    known = Community.objects.visible_to(request.user).alive()
    roles = standing_of(request.user).roles
    context = {
        "mine": known.filter(pk__in=roles) if roles else [],
        "page": paginate(known.exclude(pk__in=roles), order=("created_at", "id"), at=request.GET.get("page", "")),
    }
    return page(request, "home/site.html", context)


@require_safe
def community(request: HttpRequest, community_slug: str) -> HttpResponse:
    """Say what a community is for, who facilitates it, what is new and how to join."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    context = {
        "community": found,
        "reader_kind": standing_of(request.user).kind_in(found),
        # Made only where the part of the page that shows them is not kept already.
        "activities": SimpleLazyObject(lambda: _new_in(found, request)),
        "facilitators": SimpleLazyObject(lambda: _facilitating(found)),
        "blogs": SimpleLazyObject(lambda: _blogs_of(found, request)),
        "beat_now": SimpleLazyObject(lambda: latest(found)),
        "beats_coming": SimpleLazyObject(lambda: coming(found, count=1)),
        "is_waiting": is_waiting(request, found),
    }
    return page(request, "home/community.html", context)


def _new_in(found: Community, request: HttpRequest) -> list[Activity]:
    new = Activity.objects.visible_to(request.user).filter(community=found).select_related("by")
    return list(new.order_by("-at", "-id")[:NEW_ACTIVITIES])


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
