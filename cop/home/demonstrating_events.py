"""The demo's events: what comes, what was, who answers; nobody is mailed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from cop.notifications.models import Subscriber
from events import hosting, moments, publishing
from events.answering import settle
from events.locking import locked
from events.models import Event, Occurrence
from events.rsvp_models import Answer, Rsvp
from events.saving import Plan, add_event
from members.models import Community, Tool, User

NAMES = ("title", "kind", "body", "place", "address", "map_url", "join_url", "join_minutes", "audience", "answerers",
         "capacity", "guests_most", "cost_note", "accessibility_note", "rule")  # fmt: skip


def meet(plans: Mapping[str, list[dict[str, Any]]], *, people: Mapping[str, User], at: datetime) -> int:
    """Schedule the events of communities that have none yet; give how many events that were."""
    communities = Community.objects.filter(slug__in=plans, events=None)
    return sum(_schedule(community, plans[community.slug], people, at) for community in communities)


@transaction.atomic
def _schedule(community: Community, plans: list[dict[str, Any]], people: Mapping[str, User], at: datetime) -> int:
    if Tool.EVENTS not in community.tools:
        community.tools = [*community.tools, Tool.EVENTS]
        community.save(update_fields=["tools", "updated_at"])
    for plan in plans:
        event = _event(community, plan, people, at)
        for occurrence in event.occurrences.order_by("starts_at"):
            is_first_to_come = occurrence.ends_at > at
            _answers(occurrence, plan, people, at)
            if is_first_to_come:
                break
    return len(plans)


def _event(community: Community, plan: dict[str, Any], people: Mapping[str, User], at: datetime) -> Event:
    day = (at + timedelta(days=plan["in_days"])).date()
    if "weekday" in plan:
        day += timedelta(days=(plan["weekday"] - day.weekday()) % 7)
    fields = {name: plan[name] for name in NAMES if name in plan}
    fields |= {"timezone": plan["zone"], "first_day": day, "last_day": day + timedelta(days=plan.get("days", 1) - 1)}
    if "hour" in plan:
        starts = moments.wall(day, None) + timedelta(hours=plan["hour"])
        fields |= {"first_time": starts.time(), "last_time": (starts + timedelta(minutes=plan["minutes"])).time()}
    by = people[plan["by"]]
    event = add_event(community, Plan(fields, hosts=[by]), by=by, at=at)
    publishing.publish(event, by=by, at=min(at, at + timedelta(days=plan["in_days"] - 21)))
    return event


def _answers(row: Occurrence, plan: dict[str, Any], people: Mapping[str, User], at: datetime) -> None:
    moment = min(at, row.starts_at) - timedelta(days=3)
    given = {"confirmed_at": moment, "answered_at": moment, "waiting_since": None}
    for answer in (Answer.COMING, Answer.MAYBE, Answer.WAITING):
        for number, key in enumerate(plan.get(answer.value, [])):
            waits = {"waiting_since": moment + timedelta(hours=number)} if answer == Answer.WAITING else {}
            took = plan.get("took", {}).get(key, "")
            here = {"checked_in_at": row.starts_at} if row.ends_at < at and answer == Answer.COMING else {}
            Rsvp.objects.create(occurrence=row, user=people[key], answer=answer, took=took, **given | waits | here)
    if "guests" in plan:
        reader, _new = Subscriber.objects.get_or_create(address=plan["guests"]["address"])
        name = plan["guests"]["name"]
        Rsvp.objects.create(occurrence=row, subscriber=reader, name=name, answer=Answer.COMING, **given)
    settle(locked(row), at=at)
    if row.ends_at < at:
        Occurrence.objects.filter(pk=row.pk).update(asked_after_at=row.ends_at)
        if "notes" in plan:
            hosting.keep_notes(row, notes=plan["notes"].strip(), recording_url="")
