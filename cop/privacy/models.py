"""What is kept about keeping: who looked at or changed what about a person, and what was deleted when."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class What(models.TextChoices):
    """What site staff and facilitators do that touches a person."""

    READ_MAIL = "read-mail", _("read a mail that came in")
    READ_LETTER = "read-letter", _("read a flagged letter")
    RAN_MAIL = "ran-mail", _("ran a mail again")
    SAW_READERS = "saw-readers", _("looked at the list of readers")
    TOOK_READERS = "took-readers", _("saved the list of readers with their addresses")
    ADDED_READERS = "added-readers", _("asked addresses to subscribe")
    SAW_MAIL = "saw-mail", _("looked at what became of an address's mail")
    SAW_INVITATIONS = "saw-invitations", _("looked at the addresses of who is invited")
    SAW_ACCOUNT = "saw-account", _("looked at an account in the administration")
    CHANGED_ACCOUNT = "changed-account", _("changed an account in the administration")
    CHANGED_ROLE = "changed-role", _("gave another role")
    SUSPENDED = "suspended", _("suspended")
    READMITTED = "readmitted", _("readmitted")
    LET_IN = "let-in", _("let in")
    DECLINED = "declined", _("did not let in")
    MERGED = "merged", _("merged two organisations")
    MODERATED = "moderated", _("moderated")
    SAW_RECORDS = "saw-records", _("looked at this log")


class Final(Exception):
    """A row that is never changed was to be changed."""


class PersonRecordQuerySet(models.QuerySet["PersonRecord"]):
    """Questions about records; nothing here changes one."""

    def about_person(self, user_id: int, addresses: list[str]) -> "PersonRecordQuerySet":
        """Those about an account or one of its addresses."""
        return self.filter(models.Q(about=user_id) | models.Q(address__in=addresses))

    def update(self, **changes: Any) -> int:
        raise Final("A record is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Final("A record ends with its time alone (cop.privacy.recording.forget).")


class PersonRecord(models.Model):
    """Somebody with a job here looked at something about a person, or changed it. Written once, never changed."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # One of What; without choices, so that a word more needs no migration.
    what = models.CharField(max_length=20)
    # Whom it is about: an account, an address without one, or (neither) all those on a list.
    about = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    address = models.CharField(max_length=254, blank=True)
    # The community in which it was done, by number, and what the place was called.
    community = models.BigIntegerField(null=True)
    place = models.CharField(max_length=200, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    objects = PersonRecordQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], name="person_record_by_time"),
            models.Index(fields=["about", "at"], name="person_record_by_person"),
            models.Index(fields=["address"], name="person_record_by_address", condition=~models.Q(address="")),
        ]

    def __str__(self) -> str:
        return f"{self.by} {self.what} {self.about or self.address or self.place}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Final("A record is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise Final("A record ends with its time alone (cop.privacy.recording.forget).")

    @property
    def says(self) -> str:
        """What was done, in words."""
        return str(What(self.what).label) if self.what in What.values else self.what


class Cleaning(models.Model):
    """What one rule deleted on one day, because its time was over."""

    rule = models.CharField(max_length=40)
    day = models.DateField()
    # How long such things were kept that day, in days.
    days = models.PositiveIntegerField()
    count = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(default=timezone.now)
    # Who is at it holds it until then: what a killed worker leaves is taken up by another.
    held_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "day"], name="cleaning_once_a_day")]
        indexes = [models.Index(fields=["day", "id"], name="cleaning_by_day")]

    def __str__(self) -> str:
        return f"{self.rule} {self.day}: {self.count}"
