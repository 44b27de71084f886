"""Following a forum or a topic, and muting it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cop.notifications import following as follows
from cop.notifications.followables import Thing
from cop.notifications.models import Pace
from discussions.following import thing_of_forum, thing_of_topic
from discussions.forum_views import visible_forum
from discussions.topic_views import visible_topic
from members.signing_in import SignedInRequest


@require_POST
@login_required
def forum_follow(request: SignedInRequest, community_slug: str, forum_slug: str) -> HttpResponse:
    """Hear of each new topic of a forum, or of none: `what` says which."""
    found = visible_forum(request, community_slug, forum_slug)
    if request.POST.get("what") == "mute":
        _choose(request, thing_of_forum(found), Pace.MUTED, _("You hear of no new topics here."))
    else:
        _choose(request, thing_of_forum(found), "", _("You hear of each new topic here."))
    return redirect(found)


@require_POST
@login_required
def topic_follow(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Hear of each reply to a topic, or of none: `what` says which."""
    found = visible_topic(request, community_slug, topic_id)
    if request.POST.get("what") == "mute":
        _choose(request, thing_of_topic(found), Pace.MUTED, _("You get no more mail about this topic."))
    else:
        _choose(request, thing_of_topic(found), "", _("You get each reply by mail."))
    return redirect(found)


def _choose(request: SignedInRequest, thing: Thing, pace: str, said: str) -> None:
    if follows.follow(request.user, thing, pace=pace):
        messages.success(request, said)
    else:
        messages.error(request, _("Prove your e-mail address first, on the page of your account."))
