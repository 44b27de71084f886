"""The page of a text that waits, for whoever wrote it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cop.base.pages import page
from discussions import publishing_held
from discussions.held_models import HeldText
from discussions.models import Topic
from members.signing_in import SignedInRequest


def _visible(request: SignedInRequest, held_id: int) -> HeldText:
    rows = HeldText.objects.visible_to(request.user)
    rows = rows.select_related("community", "forum__community", "topic__community", "author", "guest", "reply")
    return get_object_or_404(rows, pk=held_id)


@require_safe
@never_cache
@login_required
def held(request: SignedInRequest, held_id: int) -> HttpResponse:
    """What one wrote and waits for a facilitator; what was published leads to where it stands."""
    found = _visible(request, held_id)
    if found.reply:
        return redirect(found.reply)
    context = {"community": found.community, "held": found, "is_own": found.author_id == request.user.pk}
    return page(request, "discussions/held.html", context)


@require_POST
@login_required
def held_take_back(request: SignedInRequest, held_id: int) -> HttpResponse:
    """Take back what one wrote: it is a draft again."""
    found = get_object_or_404(HeldText.objects.filter(author=request.user).select_related("community"), pk=held_id)
    if publishing_held.take_back(found, by=request.user):
        messages.success(request, _("Taken back: it is a draft again where you typed it."))
    if found.forum:
        return redirect("discussions:topic-add", found.community.slug, found.forum.slug)
    place = Topic.objects.visible_to(request.user).filter(pk=found.topic_id or 0).select_related("community").first()
    return redirect(place or found.community)
