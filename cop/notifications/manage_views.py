"""The page of one's mails: all that an address follows, without an account, by the secret link in each mail."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cop.base.pages import page
from cop.notifications import (
    bouncing,
    ceiling,
    community_following,
    explaining,
    followables,
    leaving,
    owning,
    pacing,
    personal_following,
    wording,
)
from cop.notifications.followables import Thing
from cop.notifications.forms import PaceForm, PauseForm, TimesForm
from cop.notifications.models import Activity, Pace, State, Subscriber, Subscription
from cop.notifications.querysets import ActivityQuerySet
from cop.notifications.tag_models import TAG
from cop.notifications.tokens import is_token
from cop.notifications.views import link_gone
from members.audiences import Reader
from members.signing_in import SignedInRequest
from members.standing import standing_of

ACTIVITIES_SHOWN = 30


def find_subscriber(token: str) -> Subscriber | None:
    """Give the subscriber whom a token belongs to: their own, or that of one of their subscriptions."""
    if not is_token(token):
        return None
    by_subscription = Subscriber.objects.filter(subscriptions__token=token).first()
    return by_subscription or Subscriber.objects.filter(token=token).first()


def with_subscriber(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hand the view the token's subscriber; answer a link that leads nowhere kindly."""

    @never_cache
    @wraps(view)
    def found(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        subscriber = find_subscriber(token)
        return view(request, token, subscriber, **kwargs) if subscriber else link_gone(request)

    return found


def rows_of(subscriber: Subscriber, token: str = "") -> list[dict[str, Any]]:  # nosec B107 # of no mail
    """Give each subscription with its thing and a sentence, by community; a query for each kind of thing.

    The one whose mail held `token` comes first: it is what the reader came for.
    """
    subscriptions = list(subscriber.subscriptions.order_by("pk"))
    things = followables.find_all({(row.thing_kind, row.thing_id) for row in subscriptions})
    allowed = ceiling.allowed_paces(list(things.values()))
    rows: list[dict[str, Any]] = []
    for row in subscriptions:
        row.subscriber = subscriber
        if thing := _known(things.get((row.thing_kind, row.thing_id)), subscriber):
            paces = [(pace, Pace(pace).label) for pace in allowed[thing.kind, thing.id]]
            own = {"subscription": row, "thing": thing, "paces": paces, "says": wording.sentence(row, thing)}
            rows.append({**own, "is_asked": row.token == token, "is_left": row.state == State.LEFT})
    rows.sort(key=lambda one: (not one["is_asked"], one["is_left"], one["thing"].community_name.casefold()))
    return rows


def _known(thing: Thing | None, subscriber: Subscriber) -> Thing | None:
    """Give a thing as its reader may know it: what was closed to them has no name any more, but can be left."""
    if thing is None or standing_of(subscriber.user or AnonymousUser()).may_read(thing.audience, thing.community_id):
        return thing
    return replace(thing, title=_("Something that is not open to you any more"), url="", community_name="")


@require_safe
@with_subscriber
def manage(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """Show all that an address follows, and everything that can be done about it."""
    return _show(request, token, subscriber)


def _show(request: HttpRequest, token: str, subscriber: Subscriber, **forms: object) -> HttpResponse:
    context = {
        "subscriber": subscriber,
        "rows": rows_of(subscriber, token),
        "quiet": wording.quiet_sentence(subscriber),
        "token": token,
        "times_form": TimesForm(instance=subscriber),
        "pause_form": PauseForm(subscriber=subscriber),
    }
    return page(request, "notifications/manage.html", {**context, **forms}, status=422 if forms else 200)


def _own(subscriber: Subscriber, subscription_id: int) -> Subscription:
    return get_object_or_404(subscriber.subscriptions.select_related("subscriber"), pk=subscription_id)


def _done(request: HttpRequest, token: str, changed: object, said: str) -> HttpResponse:
    if changed:
        messages.success(request, said)
    return redirect("notifications:manage", token)


@require_POST
@with_subscriber
def subscription_pace(request: HttpRequest, token: str, subscriber: Subscriber, subscription_id: int) -> HttpResponse:
    """Change how often one subscription is mailed."""
    subscription = _own(subscriber, subscription_id)
    thing = followables.find(subscription.thing_kind, subscription.thing_id)
    form = PaceForm(request.POST)
    allowed = ceiling.allowed_paces([thing] if thing else [])
    if thing is None or not form.is_valid() or form.cleaned_data["pace"] not in allowed[thing.kind, thing.id]:
        messages.error(request, _("Choose one of the paces."))
        return redirect("notifications:manage", token)
    return _done(request, token, pacing.change_pace(subscription, form.cleaned_data["pace"]), _("The pace is changed."))


@require_POST
@with_subscriber
def subscription_leave(request: HttpRequest, token: str, subscriber: Subscriber, subscription_id: int) -> HttpResponse:
    """Leave one thing."""
    changed = leaving.leave(_own(subscriber, subscription_id))
    return _done(request, token, changed, _("You left. Nothing more comes from there."))


@require_POST
@with_subscriber
def subscription_return(request: HttpRequest, token: str, subscriber: Subscriber, subscription_id: int) -> HttpResponse:
    """Take back having left."""
    changed = leaving.come_back(_own(subscriber, subscription_id))
    return _done(request, token, changed, _("Welcome back: you get new posts again."))


@require_POST
@with_subscriber
def times_change(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """Change when round-ups come."""
    form = TimesForm(request.POST, instance=Subscriber.objects.get(pk=subscriber.pk))
    if not form.is_valid():
        return _show(request, token, subscriber, times_form=form)
    chosen = form.cleaned_data
    changed = pacing.change_times(
        subscriber,
        timezone_name=chosen["timezone"],
        weekday=chosen["digest_weekday"],
        hour=chosen["digest_hour"],
        is_together=chosen["is_digest_together"],
        quiet=(chosen["quiet_from"], chosen["quiet_to"]),
    )
    return _done(request, token, changed, _("Saved."))


@require_POST
@with_subscriber
def mail_pause(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """Hold all mail until a day."""
    form = PauseForm(request.POST, subscriber=subscriber)
    if not form.is_valid():
        return _show(request, token, subscriber, pause_form=form)
    return _done(request, token, pacing.pause(subscriber, form.cleaned_data["until"]), _("All mail is paused."))


@require_POST
@with_subscriber
def mail_resume(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """End a pause."""
    return _done(request, token, pacing.resume(subscriber), _("Mail comes again."))


@require_POST
@with_subscriber
def mail_reach(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """Send mail again to an address that counted as unreachable."""
    return _done(request, token, bouncing.reach_again(subscriber), _("We write to this address again."))


@require_POST
@with_subscriber
def leave_all(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """Leave everything."""
    return _done(request, token, leaving.leave_all(subscriber), _("You left everything. Each can be taken back below."))


@require_POST
@with_subscriber
def mail_stop(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """Never mail this address again."""
    changed = leaving.suppress(subscriber)
    return _done(request, token, changed, _("We will never write to this address again, whoever enters it."))


@require_POST
@with_subscriber
def mail_allow(request: HttpRequest, token: str, subscriber: Subscriber) -> HttpResponse:
    """Take back "never mail me again"."""
    return _done(request, token, leaving.allow(subscriber), _("Mail may come again."))


@require_safe
@with_subscriber
def subscription_history(
    request: HttpRequest, token: str, subscriber: Subscriber, subscription_id: int
) -> HttpResponse:
    """List what was published lately, to ask of each what became of its mail."""
    subscription = _own(subscriber, subscription_id)
    thing = followables.find(subscription.thing_kind, subscription.thing_id)
    if thing is None:
        raise Http404
    activities = _activities_of(subscription)
    context = {
        "subscription": subscription,
        "thing": thing,
        "token": token,
        "activities": activities.order_by("-pk")[:ACTIVITIES_SHOWN] if _may_look(subscription) else [],
    }
    return page(request, "notifications/subscription_history.html", context)


def _activities_of(subscription: Subscription) -> ActivityQuerySet:
    """Give what was told in a thing that is followed; of a whole community, what its reader may read today."""
    thing = followables.find(subscription.thing_kind, subscription.thing_id)
    if thing is None:
        return Activity.objects.none()
    user = subscriber_user(subscription)
    if thing.kind == TAG:
        return Activity.objects.visible_to(user).on(TAG, thing.id)
    if thing.kind in (community_following.KIND, personal_following.KIND):
        return Activity.objects.visible_to(user).filter(community=thing.community_id)
    return Activity.objects.on(thing.kind, thing.id).standing().filter(audience=thing.audience)


def subscriber_user(subscription: Subscription) -> Reader:
    """Give whose subscription it is: an account, or somebody from outside."""
    return subscription.subscriber.user or AnonymousUser()


def _may_look(subscription: Subscription) -> bool:
    thing = followables.find(subscription.thing_kind, subscription.thing_id)
    return thing is not None and Subscription.objects.filter(pk=subscription.pk).allowed(thing).exists()


@require_safe
@with_subscriber
def mail_explain(
    request: HttpRequest, token: str, subscriber: Subscriber, subscription_id: int, activity_id: int
) -> HttpResponse:
    """Say what was decided about one post for this reader."""
    subscription = _own(subscriber, subscription_id)
    rows = _activities_of(subscription)
    if subscription.thing_kind != TAG:
        rows |= Activity.objects.on(subscription.thing_kind, subscription.thing_id)
    activity = get_object_or_404(rows, pk=activity_id)
    if not _may_look(subscription):
        raise Http404
    steps = explaining.explain(subscriber.address, activity)
    context = {"activity": activity, "steps": steps, "subscription": subscription, "token": token}
    return page(request, "notifications/mail_explain.html", context)


@require_safe
@never_cache
@login_required
def my_mail(request: SignedInRequest) -> HttpResponse:
    """Show what the account's proven addresses follow, also from before there was an account."""
    readers = [{"subscriber": one, "rows": rows_of(one)} for one in owning.subscribers_of(request.user)]
    return page(request, "notifications/my_mail.html", {"readers": readers})
