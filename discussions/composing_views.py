"""What the page asks for while somebody writes: whom they may mean, and what was written about it before."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from discussions import mentioning
from discussions.forum_views import visible_forum
from discussions.mentioning import Suggestion
from discussions.topic_views import visible_topic
from members.permissions import require
from members.signing_in import SignedInRequest

TYPED = 60


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


def _people(suggestions: list[Suggestion]) -> JsonResponse:
    found = [{"text": f"@{one.handle}", "label": one.name, "note": one.note} for one in suggestions]
    response = JsonResponse({"found": found})
    response["Cache-Control"] = "private, max-age=60"
    return response
