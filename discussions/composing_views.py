"""What the page asks for while somebody writes: whom they may mean, and what was written about it before."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cop.search.searching import similar
from discussions import mentioning
from discussions.forum_views import visible_forum
from discussions.mentioning import Suggestion
from discussions.models import Topic
from discussions.topic_views import visible_topic
from members.permissions import require
from members.signing_in import SignedInRequest

TYPED = 60
TITLE = 200


@require_safe
@login_required
def topic_people(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """People who may read a topic and whose name holds `q`."""
    found = visible_topic(request, community_slug, topic_id)
    require(request.user, "discussions.reply", found)
    typed = request.GET.get("q", "")[:TYPED]
    return _people(
        mentioning.suggest(typed, community=found.community, audience=found.audience, by=request.user, topic=found)
    )


@require_safe
@login_required
def forum_people(request: SignedInRequest, community_slug: str, forum_slug: str) -> HttpResponse:
    """People who may read a forum and whose name holds `q`."""
    found = visible_forum(request, community_slug, forum_slug)
    require(request.user, "discussions.start_topic", found)
    typed = request.GET.get("q", "")[:TYPED]
    return _people(mentioning.suggest(typed, community=found.community, audience=found.audience, by=request.user))


@require_safe
@login_required
def topics_similar(request: SignedInRequest, community_slug: str, forum_slug: str) -> HttpResponse:
    """Topics of the community with a title like `title`: perhaps it was asked before."""
    found = visible_forum(request, community_slug, forum_slug)
    require(request.user, "discussions.start_topic", found)
    entries = similar(request.user, found.community, request.GET.get("title", "")[:TITLE])
    topics = Topic.objects.visible_to(request.user).in_bulk([entry.object_id for entry in entries])
    near = [topic for entry in entries if (topic := topics.get(entry.object_id))]
    for topic in near:
        topic.community = found.community
    return render(request, "discussions/_similar.html", {"topics": near})


def _people(suggestions: list[Suggestion]) -> JsonResponse:
    found = [{"text": f"@{one.handle}", "label": one.name, "note": one.note} for one in suggestions]
    response = JsonResponse({"found": found})
    response["Cache-Control"] = "private, max-age=60"
    return response
