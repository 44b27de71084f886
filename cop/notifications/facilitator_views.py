"""What facilitators see of a thing's readers: counts, masked addresses, adding many, the old list, and "why"."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cop.base.address_forms import AddressListForm
from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.limits import within_limit
from cop.base.pages import page, posted
from cop.notifications import adding_many, by_hand, counting, explaining, exporting, followables
from cop.notifications.followables import Thing
from cop.notifications.forms import WhyForm
from cop.notifications.models import Activity, ByHand, Subscription
from cop.privacy import recording
from cop.privacy.models import What
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again, sure

POSTS_TO_CHOOSE_FROM = 50
STATES = ("confirmed", "waiting", "left")
UNREACHABLE = "unreachable"
EXPORTS_AN_HOUR = 30


def thing_in_community(
    request: SignedInRequest, community_slug: str, thing_kind: str, thing_id: int, rule: str
) -> tuple[Community, Thing]:
    """Give the community and a thing of it; Http404 where the reader may not know of it, 403 where `rule` forbids."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    thing = followables.find(thing_kind, thing_id)
    if thing is None or thing.community_id != community.pk or not followables.may_read(request.user, thing):
        raise Http404
    require(request.user, rule, thing)
    return community, thing


@require_safe
@login_required
def subscribers(request: SignedInRequest, community_slug: str, thing_kind: str, thing_id: int) -> HttpResponse:
    """Show how many follow a thing, now and over time, and who they are, masked."""
    where = (community_slug, thing_kind, thing_id)
    community, thing = thing_in_community(request, *where, "notifications.see_subscribers")
    rows = Subscription.objects.to(thing_kind, thing_id).select_related("subscriber__user")
    state = request.GET.get("state", "")
    if state in STATES:
        rows = rows.filter(state=state)
    elif state == UNREACHABLE:
        rows = rows.confirmed().filter(subscriber__unreachable_at__isnull=False)
    recording.record(What.SAW_READERS, by=request.user, community=community, place=thing.title)
    months = counting.over_time(thing_kind, thing_id)
    context = {
        "community": community,
        "thing": thing,
        "counts": counting.for_thing(thing_kind, thing_id),
        "months": months,
        "most": max((month.total for month in months), default=0),
        "state": state,
        "page": paginate(rows, order=("created_at", "id"), at=request.GET.get("page", ""), size=50),
    }
    return page(request, "notifications/subscribers.html", context)


@signed_in_or_send_again
def subscribers_add(request: SignedInRequest, community_slug: str, thing_kind: str, thing_id: int) -> HttpResponse:
    """Ask many addresses to confirm; report each line that was left out."""
    where = (community_slug, thing_kind, thing_id)
    community, thing = thing_in_community(request, *where, "notifications.add_subscribers")
    form = AddressListForm(posted(request), request.FILES or None)
    context: dict[str, object] = {"community": community, "thing": thing, "form": form}
    if form.is_valid():
        found = form.found
        try:
            added = adding_many.add(thing, found.addresses, by=request.user)
            count = str(len(found.addresses))
            recording.record(What.ADDED_READERS, by=request.user, community=community, place=thing.title, detail=count)
            return page(request, "notifications/subscribers_added.html", {**context, "added": added, "found": found})
        except Refused as refused:
            form.add_error(None, refused)
    return page(request, "notifications/subscribers_add.html", context)


@require_safe
@login_required
@sure
def subscribers_export(
    request: SignedInRequest, community_slug: str, thing_kind: str, thing_id: int
) -> StreamingHttpResponse | HttpResponse:
    """Give the confirmed readers as a CSV file."""
    where = (community_slug, thing_kind, thing_id)
    community, thing = thing_in_community(request, *where, "notifications.see_subscribers")
    if not within_limit("readers-export", str(request.user.pk), times=EXPORTS_AN_HOUR, seconds=3600):
        return render(request, "429.html", status=429)
    recording.record(What.TOOK_READERS, by=request.user, community=community, place=thing.title)
    answer = StreamingHttpResponse(exporting.rows(thing), content_type="text/csv; charset=utf-8")
    name = slugify(thing.title) or thing.kind
    answer["Content-Disposition"] = f'attachment; filename="{name}-subscribers.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@signed_in_or_send_again
def by_hand_list(request: SignedInRequest, community_slug: str, thing_kind: str, thing_id: int) -> HttpResponse:
    """Show the old distribution list that is still kept by hand, and add to it."""
    where = (community_slug, thing_kind, thing_id)
    community, thing = thing_in_community(request, *where, "notifications.see_subscribers")
    form = AddressListForm(posted(request), request.FILES or None)
    context: dict[str, object] = {"community": community, "thing": thing, "form": form}
    if form.is_valid():
        require(request.user, "notifications.add_subscribers", thing)
        found = form.found
        count = by_hand.add(thing, found.addresses, by=request.user)
        said = ngettext("%(count)d address is on the list now.", "%(count)d addresses were put on the list.", count)
        messages.success(request, said % {"count": count})
        if not found.broken:
            return redirect("notifications:by-hand-list", *where)
        context |= {"found": found, "form": AddressListForm()}
    recording.record(What.SAW_READERS, by=request.user, community=community, place=thing.title)
    waiting = ByHand.objects.to(thing_kind, thing_id).open()
    context["count"] = waiting.count()
    context["page"] = paginate(waiting, order=("created_at", "id"), at=request.GET.get("page", ""), size=50)
    return page(request, "notifications/by_hand_list.html", context)


@require_POST
@login_required
def by_hand_remove(
    request: SignedInRequest, community_slug: str, thing_kind: str, thing_id: int, entry_id: int
) -> HttpResponse:
    """Take an address off the old list."""
    where = (community_slug, thing_kind, thing_id)
    thing_in_community(request, *where, "notifications.see_subscribers")
    if by_hand.remove(get_object_or_404(ByHand.objects.to(thing_kind, thing_id), pk=entry_id)):
        messages.success(request, _("The address is off the list."))
    return redirect("notifications:by-hand-list", *where)


@signed_in_or_send_again
def subscribers_explain(request: SignedInRequest, community_slug: str, thing_kind: str, thing_id: int) -> HttpResponse:
    """Say why an address that the facilitator knows did not get a post. It is posted: addresses stay out of logs."""
    where = (community_slug, thing_kind, thing_id)
    community, thing = thing_in_community(request, *where, "notifications.see_subscribers")
    latest = Activity.objects.on(thing_kind, thing_id).order_by("-pk")[:POSTS_TO_CHOOSE_FROM]
    form = WhyForm(posted(request), choices=[(activity.pk, activity.title) for activity in latest])
    context: dict[str, object] = {"community": community, "thing": thing, "form": form}
    if form.is_valid():
        activity = Activity.objects.on(thing_kind, thing_id).get(pk=form.cleaned_data["activity"])
        address, title = form.cleaned_data["address"], activity.title
        recording.record(
            What.SAW_MAIL, by=request.user, address=address, community=community, place=thing.title, detail=title
        )
        context |= {"activity": activity, "steps": explaining.explain(address, activity)}
    return page(request, "notifications/subscribers_explain.html", context)
