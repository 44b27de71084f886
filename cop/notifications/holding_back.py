"""What the outbox asks when it is about to send: who must not get this mail any more, and why."""

from collections import defaultdict

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cop.notifications import followables
from cop.notifications.models import ByHand, Pace, State, Subscriber, Subscription
from members.invitation_models import Invitation

# All that the reasons look at: this is asked for every mail, so that what is not read is not fetched either.
ASKED = (
    "token",
    "state",
    "pace",
    "thing_kind",
    "thing_id",
    "subscriber__suppressed_at",
    "subscriber__unreachable_at",
    "subscriber__paused_until",
    "subscriber__user__is_active",
)


def kept_back(keys: list[str]) -> dict[str, str]:
    """Give, for the tokens of subscriptions that get nothing today, the reason; a few queries for a whole batch."""
    found = Subscription.objects.filter(token__in=keys).select_related("subscriber__user").only(*ASKED)
    rows = {row.token: row for row in found}
    allowed = _allowed(list(rows.values()))
    reasons = {}
    for key in keys:
        reason = _reason(rows[key], allowed) if key in rows else _("The subscription no longer exists")
        if reason:
            reasons[key] = reason
    return reasons


def _allowed(rows: list[Subscription]) -> set[int]:
    """The ids of those whose owner may read what they follow."""
    by_thing: dict[tuple[str, int], list[int]] = defaultdict(list)
    for row in rows:
        by_thing[row.thing_kind, row.thing_id].append(row.pk)
    found: set[int] = set()
    for key, thing in followables.find_all(by_thing).items():
        found.update(Subscription.objects.filter(pk__in=by_thing[key]).allowed(thing).values_list("pk", flat=True))
    return found


def _reason(row: Subscription, allowed: set[int]) -> str:
    if row.state != State.CONFIRMED:
        return _("Left")
    if row.pk not in allowed:
        return _("May no longer read it")
    return _("Muted") if row.pace == Pace.MUTED else reason_of_address(row.subscriber)


def reason_of_address(subscriber: Subscriber) -> str:
    """Give why no mail may go to an address today, or nothing."""
    if subscriber.suppressed_at:
        return _("Asked never to be mailed again")
    if subscriber.unreachable_at:
        return _("The address cannot be reached")
    if subscriber.is_paused:
        return _("Paused")
    if subscriber.user and not subscriber.user.is_active:
        return _("The account is blocked")
    return ""


def letters_kept_back(keys: list[str]) -> dict[str, str]:
    """Give, for the tokens of those who stepped back, the reason why no monthly letter may go there."""
    found = Subscription.objects.filter(token__in=keys).stepped_back().select_related("subscriber__user").only(*ASKED)
    rows = {row.token: row for row in found}
    reasons = {
        key: reason_of_address(rows[key].subscriber) if key in rows else _("Takes part again, or left") for key in keys
    }
    return {key: reason for key, reason in reasons.items() if reason}


def invitations_kept_back(keys: list[str]) -> dict[str, str]:
    """Give, for the tokens of invitations, the reason why they must not be mailed any more."""
    wanted = dict(Invitation.objects.open().filter(token__in=keys).values_list("token", "email"))
    refused = unwanted(set(wanted.values()))
    reasons = {key: _("Withdrawn, or answered") for key in keys if key not in wanted}
    return reasons | {
        key: _("Asked never to be mailed again, or cannot be reached")
        for key, address in wanted.items()
        if address in refused
    }


def notes_kept_back(keys: list[str]) -> dict[str, str]:
    """Give, for the tokens of the lists still kept by hand, the reason why no note may go there."""
    wanted = set(ByHand.objects.open().filter(token__in=keys).values_list("token", "address"))
    refused = unwanted({address for _token, address in wanted})
    reasons = dict.fromkeys(keys, _("Subscribed, declined or taken off the list"))
    for token, address in wanted:
        del reasons[token]
        if address in refused:
            reasons[token] = _("Asked never to be mailed again, or cannot be reached")
    return reasons


def unwanted(addresses: "set[str] | QuerySet[ByHand]") -> set[str]:
    """Give those of `addresses` that no mail may go to."""
    known = Subscriber.objects.filter(address__in=addresses)
    return set(known.exclude(suppressed_at=None, unreachable_at=None).values_list("address", flat=True))
