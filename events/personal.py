"""What one person chose about events: when to be reminded, and the secret address of the own calendar."""

import secrets

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from events.calendar_models import PersonalCalendar
from events.rsvp_models import Rsvp
from members.audiences import Reader
from members.models import User


def personal(user: User) -> PersonalCalendar:
    """Give what a user chose; the usual where they have chosen nothing yet. Not saved."""
    found = PersonalCalendar.objects.filter(user=user).first()
    return found or PersonalCalendar(user=user, key="")


def reminders_of(user: User) -> tuple[bool, bool]:
    """Give whether a user is reminded a day before, and an hour."""
    own = personal(user)
    return own.reminds_day, own.reminds_hour


def choose_reminders(user: User, *, day: bool, hour: bool) -> None:
    """Keep when a user is reminded, also of what they have answered already."""
    given = {"reminds_day": day, "reminds_hour": hour}
    PersonalCalendar.objects.update_or_create(user=user, defaults=given, create_defaults=given | {"key": _new()})
    Rsvp.objects.filter(user=user, occurrence__starts_at__gt=timezone.now()).update(**given)


def choose_for_one(rsvp: Rsvp, *, day: bool, hour: bool) -> None:
    """Keep when somebody is reminded of one occurrence."""
    Rsvp.objects.filter(pk=rsvp.pk).update(reminds_day=day, reminds_hour=hour)


def renew_key(user: User) -> str:
    """Give the user's calendar a new address: the old one stops working at once."""
    return PersonalCalendar.objects.update_or_create(user=user, defaults={"key": _new()})[0].key


def reader_of(key: str) -> Reader:
    """Give the user whose calendar has this key; a visitor for a key that nobody holds (any more)."""
    held = PersonalCalendar.objects.select_related("user").filter(key=key, user__is_active=True).first()
    return held.user if held else AnonymousUser()


def _new() -> str:
    return secrets.token_urlsafe(24)
