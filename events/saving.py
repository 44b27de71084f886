"""Saving an event, and changing one: all of it, one occurrence, or one and those that follow."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.files.models import File
from cop.markup.rendering import render
from events import moments, recurring, talking, telling
from events.answering import move_up_all
from events.expanding import make_occurrences, put_by_hand, put_in_zone
from events.locking import locked_event, locked_with_event
from events.marking import mark_changed
from events.models import Event, Occurrence, new_uid
from members.models import Community, User

# The same words by the same person within this time are one form sent twice.
TWINS_WITHIN = timedelta(minutes=2)
TIMES = ("timezone", "first_day", "first_time", "last_day", "last_time", "rule", "left_out", "added")


@dataclass(frozen=True)
class Plan:
    """What somebody wrote about an event: the model's fields; hosts and tags stay as they are when None."""

    fields: Mapping[str, Any]
    hosts: list[User] | None = None
    tags: list[str] | None = None
    cover: File | None = None
    is_cover_kept: bool = True


class Conflict(Refused):
    """Somebody saved this event meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody has changed this event since you opened it. Look at it in another window, then save again.")
        )


def add_event(community: Community, plan: Plan, *, by: User, at: datetime | None = None) -> Event:
    """Keep a new event as a draft with its occurrences; a form sent twice makes one. Raises Refused."""
    event = Event(community=community, created_by=by)
    _fill(event, plan)
    with transaction.atomic():
        Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        recent = Event.objects.filter(community=community, created_by=by, created_at__gte=timezone.now() - TWINS_WITHIN)
        twin = recent.filter(title=event.title, first_day=event.first_day, first_time=event.first_time).first()
        if twin:
            return twin
        event.version = 1
        event.save()
        event.hosts.set([by] if plan.hosts is None else plan.hosts)
        _after(event, plan, at)
    return event


def change_event(event: Event, plan: Plan, *, version: int | None = None, at: datetime | None = None) -> Event:
    """Change all of an event. Whoever answered is told once, of all that changed within a short while.

    `version` is the one that the writer saw: raises Conflict where it is no longer the newest.
    """
    with transaction.atomic():
        event = locked_event(event)
        if version is not None and version != event.version:
            raise Conflict
        telling.remember(event.occurrences.all(), event, at=at)
        before, day = {name: getattr(event, name) for name in TIMES}, event.first_day
        _fill(event, plan)
        event.version += 1
        event.sequence += 1
        event.save()
        if plan.hosts is not None:
            event.hosts.set(plan.hosts)
        if before["timezone"] != event.timezone:
            put_in_zone(event)
        is_same = before == {name: getattr(event, name) for name in TIMES}
        _after(event, plan, at, shift=None if is_same else event.first_day - day)
    return event


def change_occurrence(
    occurrence: Occurrence,
    *,
    starts: datetime,
    ends: datetime,
    title: str = "",
    place: str = "",
    join_url: str = "",
    at: datetime | None = None,
) -> Occurrence:
    """Change one occurrence alone; `starts` and `ends` are wall times of its event's zone, `ends` not included.

    What is given as the event has it is not the occurrence's own, and goes on changing with the event.
    """
    with transaction.atomic():
        row = locked_with_event(occurrence)
        event = row.event
        telling.remember([row], event, at=at)
        starts_at, ends_at = moments.span(starts, ends - starts, event.timezone)
        row.is_moved = row.is_moved or (starts_at, ends_at) != (row.starts_at, row.ends_at)
        row.starts_at, row.ends_at = starts_at, ends_at
        if row.is_moved:
            put_by_hand(row, event.timezone)
        row.own_title = "" if title == event.title else title
        row.own_place = "" if place == event.place else place
        row.own_join_url = "" if join_url == event.join_url else join_url
        row.sequence += 1
        row.save()
        mark_changed(event)
    return row


def change_following(occurrence: Occurrence, plan: Plan, *, by: User, at: datetime | None = None) -> Event:
    """Change an occurrence and all after it: the series is cut in two, and answers go along to the second.

    Calendar programs go on knowing an occurrence that somebody answered by its old name.
    """
    first = occurrence.event
    if occurrence.slot == moments.slot_of(first.starts, is_all_day=first.is_all_day) or not first.is_recurring:
        return change_event(first, plan, at=at)
    with transaction.atomic():
        first = locked_event(first)
        cut = moments.read_slot(occurrence.slot)
        following = [row for row in first.occurrences.all() if moments.read_slot(row.slot) >= cut]
        telling.remember(following, first, at=at)
        second = _second(first, plan, cut, by)
        for row in following:
            row.uid, row.recurrence_id = row.uid or first.uid, row.recurrence_id or row.slot
            row.event, row.sequence = second, row.sequence + first.sequence + 1
            row.save()
        if second.timezone != first.timezone:
            put_in_zone(second)
        first.rule = recurring.ended_before(first.rule, first.starts, cut) if first.rule else ""
        first.added = [slot for slot in first.added if moments.read_slot(slot) < cut]
        first.version += 1
        first.save()
        make_occurrences(first, at=at)
        mark_changed(first)
        _after(second, plan, at, shift=second.first_day - cut.date())
    return second


def _second(first: Event, plan: Plan, cut: datetime, by: User) -> Event:
    second = copy(first)
    second.pk, second._state.adding = None, True
    second.uid, second.sequence, second.version, second.continues = new_uid(), 0, 1, first
    second.created_by = first.created_by or by
    if "rule" in plan.fields and plan.fields["rule"] == first.rule:
        rule = recurring.counted_from(first.rule, first.starts, cut)
        plan = replace(plan, fields={**plan.fields, "rule": rule})
    second.left_out = [slot for slot in first.left_out if moments.read_slot(slot) >= cut]
    second.added = [slot for slot in first.added if moments.read_slot(slot) > cut]
    _fill(second, plan)
    second.save()
    second.hosts.set(first.hosts.all() if plan.hosts is None else plan.hosts)
    if plan.tags is None:
        second.tags.set(first.tags.all())
    return second


def _fill(event: Event, plan: Plan) -> None:
    """Put what was written into the row; raise Refused for a text too long, a rule that cannot be read."""
    for name, value in plan.fields.items():
        setattr(event, name, value)
    if event.rule:
        event.rule = recurring.check_rule(event.rule, zone=event.timezone)
    rendered = render(event.body)
    event.body_html, event.text, event.markup_version = rendered.html, rendered.text, rendered.version
    event.cover = plan.cover or (event.cover if plan.is_cover_kept else None)


def _after(event: Event, plan: Plan, at: datetime | None, *, shift: timedelta | None = timedelta()) -> None:
    if plan.tags is not None:
        event.tags.set(plan.tags, clear=False)
    if shift is not None:
        make_occurrences(event, shift=shift, at=at)
    talking.follow_audience(event)
    mark_changed(event)
    move_up_all(event, at=at)
