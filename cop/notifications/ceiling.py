"""The most that anybody gets: where facilitators set a ceiling, who got each message at once gets a daily round-up."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from cop.notifications import followables, pacing
from cop.notifications.followables import Thing
from cop.notifications.models import Pace, State, Subscription
from cop.notifications.policy_models import MailPolicy
from cop.notifications.querysets import SubscriptionQuerySet

# What is said in person, and what somebody promised to come to, is held by no ceiling.
HELD_KINDS = ("community", "forum", "topic", "blog", "tag")
AT_ONCE = 500


def allowed_paces(things: Collection[Thing]) -> dict[tuple[str, int], tuple[str, ...]]:
    """Give the paces that can be chosen today for each of some things; one query."""
    communities = {thing.community_id for thing in things}
    ceiled = set(MailPolicy.objects.ceiled().filter(community__in=communities).values_list("community", flat=True))
    return {
        (thing.kind, thing.id): tuple(
            pace for pace in thing.paces if pace != Pace.EACH or not _is_held(thing, thing.community_id in ceiled)
        )
        for thing in things
    }


def _is_held(thing: Thing, is_ceiled: bool) -> bool:
    return is_ceiled and thing.kind in HELD_KINDS and Pace.DAILY in thing.paces


def hold_to_ceilings() -> int:
    """Give a daily round-up to whoever gets each message where that is too much; give how many were changed."""
    count = 0
    while rows := list(_above().select_related("subscriber").order_by("pk")[:AT_ONCE]):
        things = followables.find_all({(row.thing_kind, row.thing_id) for row in rows})
        changed = 0
        for row in rows:
            thing = things.get((row.thing_kind, row.thing_id))
            pace = Pace.DAILY if thing is None or Pace.DAILY in thing.paces else Pace.MUTED
            changed += pacing.change_pace(row, pace)
        if not changed:
            return count
        count += changed
    return count


def _above() -> SubscriptionQuerySet:
    ceiled = MailPolicy.objects.ceiled().filter(community=OuterRef("community"))
    rows = Subscription.objects.filter(Exists(ceiled), pace=Pace.EACH, thing_kind__in=HELD_KINDS)
    return rows.exclude(state=State.LEFT)
