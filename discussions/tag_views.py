"""Tags: suggested while they are typed, followed, muted."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.notifications import following as follows
from cop.notifications.models import Pace
from discussions import tagging
from discussions.following import thing_of_tag
from members.models import Community
from members.signing_in import SignedInRequest


def shown_of_tag(request: HttpRequest, community: Community, slug: str) -> dict[str, Any]:
    """Give what a tag's list says besides its topics: its name, its posts, and what the reader chose about it."""
    tag = tagging.find(community, slug, reader=request.user)
    if tag is None:
        return {"tag_name": slug, "posts": [], "chosen": ""}
    return {
        "tag_name": tag.name,
        "can_choose": request.user.is_authenticated,
        "chosen": tagging.chosen_by(request.user, community, tag),
        "posts": tagging.posts_with(community, tag, reader=request.user),
    }


@require_safe
@login_required
def tags_suggest(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Tags of a community that stand on something the reader may read, and begin with or hold `q`."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    found = tagging.suggest(community, request.GET.get("q", ""), reader=request.user)
    answer = JsonResponse({"found": [{"text": name, "note": str(times)} for name, times in found]})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@require_POST
@login_required
def tag_follow(request: SignedInRequest, community_slug: str, tag_slug: str) -> HttpResponse:
    """Follow a tag, mute it, or neither any more: `what` says which."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    tag = tagging.find(community, tag_slug, reader=request.user)
    if tag is None:
        raise Http404
    thing = thing_of_tag(tagging.as_chosen(community, tag))
    what = request.POST.get("what", "")
    if what == "stop":
        follows.unfollow(request.user, thing)
        messages.success(request, _("You neither follow nor mute this tag any more."))
    elif not follows.follow(request.user, thing, pace=Pace.MUTED if what == "mute" else ""):
        messages.error(request, _("Prove your e-mail address first, on the page of your account."))
    elif what == "mute":
        messages.success(request, _("You hear no more of what bears this tag alone."))
    else:
        messages.success(request, _("You hear of each new topic and post with this tag."))
    return redirect(thing.url)
