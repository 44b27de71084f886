"""The bell: what one is told of, and what one has seen of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cop.base.pages import page
from cop.notifications import catching_up, explaining, owning, waiting
from cop.notifications.models import Activity
from cop.notifications.push import views as push_views
from members.audiences import Reader
from members.signing_in import SignedInRequest

SEEN_AT_ONCE = 200


@require_safe
@never_cache
@login_required
def bell(request: SignedInRequest) -> HttpResponse:
    """What one is told of, by community and thing: what is new, or all of it (`show=all`), of one community (`in`)."""
    is_all = request.GET.get("show") == "all"
    slug = request.GET.get("in", "")
    found = catching_up.page_of(request.user, is_all=is_all, community_slug=slug, at=request.GET.get("page", ""))
    context: dict[str, Any] = {
        "rooms": found.rooms,
        "waiting": waiting.lines_for(request.user),
        "older": found.older,
        "is_all": is_all,
        "chosen": slug,
        "communities": catching_up.communities_of(request.user),
        **push_views.told_on(request),
        "newest": max((group.newest_id for room in found.rooms for group in room.groups), default=0),
    }
    return page(request, "notifications/bell.html", context, part="notifications/_bell.html")


@require_safe
@never_cache
@login_required
def bell_count(request: SignedInRequest) -> HttpResponse:
    """Say how much is new, for the number in the head of each page."""
    return JsonResponse(head_of(request.user).as_json())


@dataclass(frozen=True)
class Head:
    """What the head of each page says to somebody: how much is new or waits, and pages with what waits in them."""

    count: int
    links: Sequence[waiting.Link]

    def as_json(self) -> dict[str, object]:
        """Give it as scripts read it."""
        pages = {link.name: link.count for link in self.links}
        return {"count": self.count, "words": words_for(self.count), "pages": pages}


def head_of(user: Reader) -> Head:
    """Give how many things are new to somebody, in how many places something waits for them, and those pages."""
    found = waiting.waiting_for(user)
    return Head(catching_up.unread_count(user) + found.count, found.links)


def words_for(count: int) -> str:
    """Give what the bell is called, with how much is new."""
    if not count:
        return _("Notifications: nothing new")
    if count > catching_up.MOST_COUNTED:
        return _("Notifications: more than %(count)d new") % {"count": catching_up.MOST_COUNTED}
    return ngettext("Notifications: %(count)d new", "Notifications: %(count)d new", count) % {"count": count}


@require_POST
@login_required
def bell_seen(request: SignedInRequest) -> HttpResponse:
    """Note that something was read on its own page: `kind` and `ids`, parted by commas."""
    catching_up.see(request.user, request.POST.get("kind", "")[:20], _numbers(request.POST.get("ids", "")))
    return JsonResponse(head_of(request.user).as_json())


def _numbers(text: str) -> list[int]:
    found = [int(part) for part in text.split(",") if part.isdecimal() and len(part) < 19]
    return found[:SEEN_AT_ONCE]


def _number(text: str) -> int:
    return next(iter(_numbers(text)), 0)


@require_POST
@login_required
def thing_read(request: SignedInRequest, about_kind: str, about_id: int) -> HttpResponse:
    """Count what is told of a thing as read."""
    catching_up.mark_read(request.user, about_kind, about_id, up_to=_number(request.POST.get("up_to", "")))
    return _back(request)


@require_POST
@login_required
def thing_unread(request: SignedInRequest, about_kind: str, about_id: int) -> HttpResponse:
    """Let the newest that is told of a thing stand as new."""
    catching_up.mark_unread(request.user, about_kind, about_id)
    return _back(request)


@require_POST
@login_required
def all_read(request: SignedInRequest) -> HttpResponse:
    """Count all, or all of one community, as read: up to what the page showed as the newest."""
    slug, up_to = request.POST.get("in", ""), _number(request.POST.get("up_to", ""))
    count = catching_up.mark_all_read(request.user, community_slug=slug, up_to=up_to)
    if count:
        messages.success(request, _("All of it counts as read."))
    return _back(request)


@require_safe
@never_cache
@login_required
def told_explain(request: SignedInRequest, activity_id: int) -> HttpResponse:
    """Say for what reason one was told of something, and what was decided about mail to each of one's addresses."""
    activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=activity_id)
    told = [(one.shown, explaining.explain(one.address, activity)) for one in owning.subscribers_of(request.user)[:10]]
    return page(request, "notifications/told_explain.html", {"activity": activity, "told": told})


def _back(request: SignedInRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    chosen = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(chosen, allowed_hosts=None) and chosen.startswith("/")
    return redirect(chosen if is_ours else reverse("notifications:bell"))
