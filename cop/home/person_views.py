"""A person's page: what they say about themselves, and what they did where the reader may read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cop.base.pages import page
from cop.letters import sending
from cop.notifications.models import Activity
from members.blocking import blocked_ids
from members.models import Community, MembershipState, User
from members.profiling import shown_to
from members.standing import standing_of

ACTIVITIES = 20
COMMUNITIES = 50


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a person to whoever may know of them."""
    people = User.objects.visible_to(request.user).select_related("profile", "organisation")
    found = get_object_or_404(people, pk=person_id)
    shared = Community.objects.filter(pk__in=standing_of(request.user).roles)
    shared = shared.filter(memberships__user=found, memberships__state=MembershipState.ACTIVE)
    done = Activity.objects.visible_to(request.user).filter(by=found).select_related("community")
    context = {
        "shown": shown_to(request.user, found),
        "is_oneself": found.pk == request.user.pk,
        "may_write": request.user.is_authenticated and bool(sending.shared_by(request.user, found)),
        "is_blocked": found.pk in blocked_ids(request.user),
        "communities": shared.order_by("name")[:COMMUNITIES],
        "activities": done.order_by("-at", "-id")[:ACTIVITIES],
    }
    return page(request, "home/person.html", context)
