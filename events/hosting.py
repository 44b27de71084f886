"""What hosts do at the door and afterwards: tick who is there, take in who just came, keep the notes."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.markup.rendering import render
from events import answering
from events.locking import locked, locked_with_event
from events.marking import mark_changed
from events.models import Occurrence
from events.rsvp_models import Answer, Rsvp
from members.models import Membership, MembershipQuerySet, User
from members.profiling import finding_members

# The check-in page works from a while before the start to a while after the end.
OPEN_BEFORE, OPEN_AFTER = timedelta(hours=3), timedelta(hours=12)
WALK_INS_SHOWN = 8


def tick(rsvp: Rsvp, *, is_here: bool, by: User, at: datetime | None = None) -> bool:
    """Note that somebody is there, or is not after all; tell whether that was new."""
    at = at or timezone.now()
    rows = Rsvp.objects.filter(pk=rsvp.pk, checked_in_at__isnull=is_here)
    return bool(rows.update(checked_in_at=at if is_here else None, checked_in_by=by if is_here else None))


def check_in_key(occurrence: Occurrence) -> str:
    """Give the secret of the page that people open at the door, made when first asked for."""
    if not occurrence.check_in_key:
        Occurrence.objects.filter(pk=occurrence.pk, check_in_key="").update(check_in_key=secrets.token_urlsafe(12))
        occurrence.refresh_from_db(fields=["check_in_key"])
    return occurrence.check_in_key


def check_in(occurrence: Occurrence, *, user: User, at: datetime | None = None) -> bool:
    """Note that a user is there, who opened the page at the door; tell whether that was new. Raises Refused."""
    at = at or timezone.now()
    if not occurrence.starts_at - OPEN_BEFORE <= at <= occurrence.ends_at + OPEN_AFTER:
        raise Refused(_("Checking in begins three hours before the start, and ends in the night after."))
    if occurrence.is_cancelled:
        raise Refused(_("This event has been cancelled."))
    with transaction.atomic():
        row = locked(occurrence)
        rsvp = answering.rsvp_of(row, user)
        if rsvp is None:
            answering.name_for_calendars(row)
            rsvp = Rsvp.objects.create(occurrence=row, user=user, answer=Answer.COMING, confirmed_at=at)
            answering.settle(row, at=at)
        Rsvp.objects.filter(pk=rsvp.pk).exclude(answer=Answer.COMING).update(answer=Answer.COMING, offered_until=None)
        return bool(Rsvp.objects.filter(pk=rsvp.pk, checked_in_at=None).update(checked_in_at=at))


def walk_ins(row: Occurrence, words: str) -> list[User]:
    """Give the first members by these words who are not on the list of those who come."""
    if not words:
        return []
    there = row.rsvps.exclude(user=None).filter(answer=Answer.COMING).values("user")
    found = finding_members(_members(row).exclude(user__in=there), words).select_related("user__organisation")
    return [membership.user for membership in found.order_by("user__display_name", "pk")[:WALK_INS_SHOWN]]


def member_of(row: Occurrence, user_id: int) -> User | None:
    """Give a member of the community that an occurrence is of, by number; None for anybody else."""
    membership = _members(row).filter(user=user_id).select_related("user").first()
    return membership.user if membership else None


def _members(row: Occurrence) -> MembershipQuerySet:
    return Membership.objects.active().filter(community=row.community_id)


def take_in(occurrence: Occurrence, *, user: User, by: User, at: datetime | None = None) -> bool:
    """Note that a member is there who had not answered; tell whether that was new."""
    at = at or timezone.now()
    with transaction.atomic():
        row = locked(occurrence)
        given = {"answer": Answer.COMING, "confirmed_at": at}
        rsvp, _is_new = Rsvp.objects.get_or_create(occurrence=row, user=user, defaults=given)
        Rsvp.objects.filter(pk=rsvp.pk).exclude(answer=Answer.COMING).update(answer=Answer.COMING, offered_until=None)
        ticked = tick(rsvp, is_here=True, by=by, at=at)
        answering.settle(row, at=at)
    return ticked


def keep_notes(occurrence: Occurrence, *, notes: str, recording_url: str) -> Occurrence:
    """Keep what stays of an occurrence."""
    rendered = render(notes)
    with transaction.atomic():
        row = locked_with_event(occurrence)
        row.notes, row.notes_html, row.recording_url = notes, rendered.html, recording_url
        row.save(update_fields=["notes", "notes_html", "recording_url", "updated_at"])
        mark_changed(row.event)
    return row
