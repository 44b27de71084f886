"""Forms of events; what recurs is said in sentences."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cop.base.errors import Refused
from cop.base.zones import zone_names
from cop.markup.forms import MarkdownField
from events import moments, repeating
from events.host_forms import HostsForm
from events.models import LONGEST, Answerers, Event, Kind, Occurrence
from events.rsvp_models import Answer, Rsvp
from members.audiences import Audience
from members.fields import tidy_name
from members.models import Community

TAGS_MOST = 12
JOIN_TIMES = [("", _("at once")), ("15", _("15 minutes before")), ("60", _("an hour before")),
              ("1440", _("a day before"))]  # fmt: skip
OFFER_TIMES = [(4, _("4 hours")), (12, _("12 hours")), (24, _("a day")), (48, _("two days"))]
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput({"type": "time"}, format="%H:%M")


def zone_choices() -> list[tuple[str, str]]:
    """Give all time zones, as people look for them."""
    names = sorted(name for name in zone_names() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def _connect(field: forms.Field, community: Community, audience: str) -> None:
    """Let images and files be put into a text, for those who may read the event."""
    cast(MarkdownField, field).connect(
        upload_url=reverse("files:image-add", args=[community.slug]),
        attach_url=reverse("files:attachment-add", args=[community.slug]),
        audience=audience,
    )


class TimesForm(forms.Form):
    """When something begins and ends, by the clock of its place."""

    first_day = forms.DateField(label=_("Day"), widget=DAY)
    first_time = forms.TimeField(label=_("From"), required=False, widget=HOUR)
    last_time = forms.TimeField(label=_("Until"), required=False, widget=HOUR)
    last_day = forms.DateField(
        label=_("Last day"), required=False, widget=DAY, help_text=_("Only where it ends on another day.")
    )
    is_all_day = forms.BooleanField(label=_("The whole day"), required=False)

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if not data.get("first_day"):
            return data
        data["last_day"] = data.get("last_day") or data["first_day"]
        if not 1900 <= data["first_day"].year <= 2200:
            self.add_error("first_day", _("This date cannot be right."))
            return data
        self._clean_days(data) if data.get("is_all_day") else self._clean_hours(data)
        return data

    def _clean_days(self, data: dict[str, Any]) -> None:
        data["first_time"] = data["last_time"] = None
        if data["last_day"] < data["first_day"]:
            self.add_error("last_day", _("The last day is before the first. Choose a later one."))
        elif data["last_day"] - data["first_day"] >= LONGEST:
            self.add_error("last_day", _("An event lasts two months at most. Make several, or let it recur."))

    def _clean_hours(self, data: dict[str, Any]) -> None:
        if not data.get("first_time"):
            if "first_time" not in self.errors:
                self.add_error("first_time", _("Say at what time it begins, or that it takes the whole day."))
            return
        starts = moments.wall(data["first_day"], data["first_time"])
        if not data.get("last_time"):
            ends = starts + timedelta(hours=1)
            data["last_time"], data["last_day"] = ends.time(), max(ends.date(), data["last_day"])
        ends = moments.wall(data["last_day"], data["last_time"])
        if ends <= starts:
            self.add_error("last_time", _("It ends before it begins. Choose a later time, or a later last day."))
        elif ends - starts >= LONGEST:
            self.add_error("last_day", _("An event lasts two months at most. Make several, or let it recur."))

    def warn_of_the_clock(self, zone: str) -> str:
        """Give a sentence where the clock skips or repeats the chosen time that night, else an empty text."""
        data = self.cleaned_data
        if not data.get("first_time"):
            return ""
        starts = moments.wall(data["first_day"], data["first_time"])
        if moments.is_skipped(starts, zone):
            really = moments.to_wall(moments.to_utc(starts, zone), zone)
            return str(_("Clocks are put forward that night: this time does not exist, it begins at %(time)s.")) % {
                "time": really.strftime("%H:%M")
            }
        if moments.is_repeated(starts, zone):
            return str(_("Clocks are put back that night: this time comes twice, the first is meant."))
        return ""


class EventForm(HostsForm, TimesForm):
    """What an event is."""

    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    timezone = forms.ChoiceField(label=_("Time zone of the place"), choices=zone_choices)
    repeats = forms.ChoiceField(label=_("It takes place"), choices=repeating.CHOICES, required=False)
    every = forms.IntegerField(
        label=_("Every so many"), required=False, min_value=1, max_value=99, initial=1,
        help_text=_("1 for every week or month, 2 for every other one."),
    )  # fmt: skip
    on_days = forms.MultipleChoiceField(
        label=_("On these days of the week"), required=False, choices=repeating.WEEKDAY_CHOICES,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    ends = forms.ChoiceField(
        label=_("It ends"), choices=repeating.END_CHOICES, required=False, widget=forms.RadioSelect, initial="never"
    )
    ends_on = forms.DateField(label=_("Last day of the series"), required=False, widget=DAY)
    ends_after = forms.IntegerField(label=_("Number of times"), required=False, min_value=1, max_value=500)
    left_out_days = forms.CharField(
        label=_("Not on these days"), required=False, max_length=2000,
        help_text=_("Days as 2027-01-04, parted by commas."),
    )  # fmt: skip
    extra_days = forms.CharField(
        label=_("And on these days too"), required=False, max_length=2000,
        help_text=_("Days as 2027-01-04, parted by commas."),
    )  # fmt: skip
    body = MarkdownField(label=_("What for"), required=False, rows=8)
    place = forms.CharField(label=_("Place"), required=False, max_length=200)
    address = forms.CharField(label=_("Address"), required=False, max_length=300)
    map_url = forms.URLField(label=_("Link to a map"), required=False, max_length=500, assume_scheme="https")
    join_url = forms.URLField(
        label=_("Link to join from afar"), required=False, max_length=500, assume_scheme="https",
        help_text=_("Shown to those who come, not to everybody."),
    )  # fmt: skip
    join_minutes = forms.TypedChoiceField(
        label=_("The link is shown"), choices=JOIN_TIMES, required=False, coerce=int, empty_value=None
    )
    language = forms.CharField(label=_("Language"), required=False, max_length=10, help_text=_("For example: en, fr."))
    audience = forms.ChoiceField(label=_("Who may read it"), choices=Audience.choices)
    answerers = forms.ChoiceField(
        label=_("Who may answer"), choices=Answerers.choices,
        help_text=_("Of a public event, everybody answers by e-mail address, without an account."),
    )  # fmt: skip
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=100_000, help_text=_("Leave it empty for no limit.")
    )
    has_waiting_list = forms.BooleanField(label=_("With a waiting list when it is full"), required=False, initial=True)
    offer_hours = forms.TypedChoiceField(
        label=_("A freed place is kept for the next person for"), choices=OFFER_TIMES, coerce=int, required=False,
        empty_value=None, initial=24,
    )  # fmt: skip
    guests_most = forms.IntegerField(label=_("Guests that one may bring"), min_value=0, max_value=20, initial=0)
    cost_note = forms.CharField(label=_("Costs"), required=False, max_length=300)
    accessibility_note = forms.CharField(label=_("Accessibility"), required=False, max_length=500)
    tags = forms.CharField(label=_("Tags"), required=False, max_length=600, help_text=_("Parted by commas."))
    cover_image = forms.FileField(label=_("Cover image"), required=False, widget=forms.FileInput({"accept": "image/*"}))
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    FIELDS = (
        "title", "kind", "body", "language", "timezone", "first_day", "first_time", "last_day", "last_time", "rule",
        "left_out", "added", "place", "address", "map_url", "join_url", "join_minutes", "cost_note",
        "accessibility_note", "audience", "answerers", "capacity", "has_waiting_list", "offer_hours", "guests_most",
    )  # fmt: skip

    def __init__(self, *args: Any, community: Community, kept_rule: str = "", **kwargs: Any) -> None:
        super().__init__(*args, community=community, **kwargs)
        self.kept_rule = kept_rule
        if not kept_rule:
            choices = [choice for choice in repeating.CHOICES if choice[0] != "kept"]
            self.fields["repeats"].choices = choices  # type: ignore[attr-defined]
        _connect(self.fields["body"], community, str(self.initial.get("audience") or community.audience))

    def clean_title(self) -> str:
        title = tidy_name(self.cleaned_data["title"])
        if not any(char.isalnum() for char in title):
            raise forms.ValidationError(_("Write a title that can be read."))
        return title

    def clean_tags(self) -> list[str]:
        names = {tidy_name(part).lstrip("#")[:40] for part in self.cleaned_data["tags"].split(",")}
        return sorted(name for name in names if any(char.isalnum() for char in name))[:TAGS_MOST]

    def clean_offer_hours(self) -> int:
        return self.cleaned_data["offer_hours"] or 24

    def clean_left_out_days(self) -> list[date]:
        return _days(self.cleaned_data["left_out_days"])

    def clean_extra_days(self) -> list[date]:
        return _days(self.cleaned_data["extra_days"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["rule"], data["left_out"], data["added"] = "", [], []
        if "first_day" not in data or self.errors:
            return data
        try:
            data["rule"] = repeating.rule_of(data | {"kept_rule": self.kept_rule})
        except Refused as refused:
            self.add_error("repeats", refused)
        if data.get("repeats"):
            for name, source in (("left_out", "left_out_days"), ("added", "extra_days")):
                begin = data.get("first_time") or time()
                data[name] = [
                    moments.slot_of(datetime.combine(day, begin), is_all_day=data.get("first_time") is None)
                    for day in data.get(source, [])
                ]
        return data

    @property
    def plan_fields(self) -> dict[str, Any]:
        """The model's fields as they were written."""
        return {name: self.cleaned_data[name] for name in self.FIELDS}


def _days(text: str) -> list[date]:
    try:
        return sorted({date.fromisoformat(part.strip()) for part in text.split(",") if part.strip()})
    except ValueError as error:
        raise forms.ValidationError(_("Write days as 2027-01-04, parted by commas.")) from error


def fields_of(event: Event) -> dict[str, Any]:
    """Give an event as the fields of its form."""
    given = {name: getattr(event, name) for name in EventForm.FIELDS if hasattr(event, name)}
    given |= repeating.answers_of(event.rule, event.starts)
    given |= {
        "is_all_day": event.is_all_day,
        "last_day": None if event.last_day == event.first_day else event.last_day,
        "join_minutes": "" if event.join_minutes is None else event.join_minutes,
        "left_out_days": ", ".join(f"{moments.read_slot(slot):%Y-%m-%d}" for slot in event.left_out),
        "extra_days": ", ".join(f"{moments.read_slot(slot):%Y-%m-%d}" for slot in event.added),
        "hosts": list(event.hosts.values_list("pk", flat=True)),
        "tags": ", ".join(event.tags.order_by("name").values_list("name", flat=True)),
        "version": event.version,
    }
    return given


class OccurrenceForm(TimesForm):
    """What one occurrence has for itself."""

    title = forms.CharField(label=_("Title"), max_length=200)
    place = forms.CharField(label=_("Place"), required=False, max_length=200)
    join_url = forms.URLField(label=_("Link to join"), required=False, max_length=500, assume_scheme="https")


def occurrence_fields(occurrence: Occurrence) -> dict[str, Any]:
    """Give an occurrence as the fields of its form."""
    starts, ends = occurrence.starts, occurrence.ends
    is_all_day = occurrence.event.is_all_day
    return {
        "title": occurrence.title,
        "place": occurrence.place,
        "join_url": occurrence.join_url,
        "first_day": starts.date(),
        "first_time": None if is_all_day else starts.time(),
        "last_time": None if is_all_day else ends.time(),
        "last_day": None if starts.date() == ends.date() else ends.date(),
        "is_all_day": is_all_day,
    }


class CancelForm(forms.Form):
    """Why something does not take place."""

    reason = forms.CharField(
        label=_("Why"), max_length=500, widget=forms.Textarea({"rows": 2}),
        help_text=_("Everybody who answered is told, with these words."),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """Whether somebody comes."""

    answer = forms.ChoiceField(
        label=_("Do you come?"),
        choices=[(value, Answer(value).label) for value in ("coming", "maybe", "not")],
        widget=forms.RadioSelect,
    )
    guests = forms.IntegerField(label=_("Guests"), min_value=0, max_value=20, required=False, initial=0)
    line = forms.CharField(label=_("A line to the host"), max_length=500, required=False)

    def __init__(self, *args: Any, guests_most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not guests_most:
            del self.fields["guests"]
        else:
            self.fields["guests"].max_value = guests_most  # type: ignore[attr-defined]
            self.fields["guests"].widget.attrs["max"] = guests_most


class NotesForm(forms.Form):
    """What stays of an occurrence."""

    notes = MarkdownField(label=_("Notes"), required=False, rows=12)
    recording_url = forms.URLField(
        label=_("Link to the recording"), required=False, max_length=500, assume_scheme="https"
    )

    def __init__(self, *args: Any, occurrence: Occurrence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _connect(self.fields["notes"], occurrence.event.community, occurrence.event.audience)


class TookForm(forms.Form):
    """What somebody takes along."""

    took = forms.CharField(label=_("What I take from it"), max_length=500, required=False)


class RemindersForm(forms.Form):
    """When one is reminded."""

    day = forms.BooleanField(label=_("A day before"), required=False)
    hour = forms.BooleanField(label=_("An hour before"), required=False)

    @classmethod
    def of(cls, rsvp: Rsvp) -> "RemindersForm":
        """Give the form as somebody chose for one occurrence."""
        return cls(initial={"day": rsvp.reminds_day, "hour": rsvp.reminds_hour})


class ImportForm(forms.Form):
    """A calendar from elsewhere: its address, or a file."""

    url = forms.URLField(
        label=_("Address of a calendar"), required=False, max_length=1000, assume_scheme="https",
        help_text=_("It is read again every few hours, so that changes there arrive here."),
    )  # fmt: skip
    file = forms.FileField(label=_("Or a file"), required=False, help_text=_("A file that ends in .ics, up to 10 MB."))
    audience = forms.ChoiceField(label=_("Who may read these events"), choices=Audience.choices)

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        url = data.get("url", "")
        if not url and not data.get("file") and not self.errors:
            raise forms.ValidationError(_("Give the address of a calendar, or choose a file."))
        return data
