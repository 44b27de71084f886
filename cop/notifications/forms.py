"""Forms of readers and of facilitators."""

import zoneinfo
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.addresses import AddressField
from cop.base.traps import Trapped
from cop.base.zones import zone_names
from cop.notifications.models import Pace, Subscriber
from members.form_fields import timezone_choices

LONGEST_PAUSE_DAYS = 366
WEEKDAYS = [
    (0, gettext_lazy("Monday")),
    (1, gettext_lazy("Tuesday")),
    (2, gettext_lazy("Wednesday")),
    (3, gettext_lazy("Thursday")),
    (4, gettext_lazy("Friday")),
    (5, gettext_lazy("Saturday")),
    (6, gettext_lazy("Sunday")),
]


def known_zone(name: str) -> str:
    """Give the browser's guess of a time zone; one that nobody knows is dropped, not refused."""
    return name if name in zone_names() else ""


class SubscribeForm(Trapped):
    """One field; the browser's guess of a time zone comes along where there is JavaScript."""

    trap_field = "address"

    address = AddressField()
    timezone = forms.CharField(required=False, widget=forms.HiddenInput({"data-timezone": ""}))

    def clean_timezone(self) -> str:
        return known_zone(self.cleaned_data["timezone"])


class PaceForm(forms.Form):
    """How often."""

    pace = forms.ChoiceField(label=gettext_lazy("How often"), choices=Pace.choices)


def hour_choices() -> list[tuple[int, str]]:
    """Give the hours of a day as a clock shows them."""
    return [(hour, date_format(datetime(2000, 1, 1, hour, tzinfo=None), "TIME_FORMAT")) for hour in range(24)]  # noqa: DTZ001


def quiet_choices() -> list[tuple[int | str, str]]:
    """Give the hours between which no mail comes, and "at any time"."""
    return [("", _("at any time")), *hour_choices()]


class TimesForm(forms.ModelForm[Subscriber]):
    """When round-ups come."""

    timezone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=timezone_choices)
    digest_weekday = forms.TypedChoiceField(label=gettext_lazy("Day of weekly mails"), choices=WEEKDAYS, coerce=int)
    digest_hour = forms.TypedChoiceField(label=gettext_lazy("Hour"), choices=hour_choices, coerce=int)

    quiet_from = forms.TypedChoiceField(
        label=gettext_lazy("No mail from"), choices=quiet_choices, coerce=int, required=False, empty_value=None
    )
    quiet_to = forms.TypedChoiceField(
        label=gettext_lazy("No mail until"), choices=quiet_choices, coerce=int, required=False, empty_value=None
    )

    class Meta:
        model = Subscriber
        fields = ["digest_weekday", "digest_hour", "is_digest_together", "quiet_from", "quiet_to", "timezone"]

    def clean(self) -> dict[str, Any]:
        """Quiet hours have a start and an end, or neither."""
        data = super().clean() or self.cleaned_data
        start, end = data.get("quiet_from"), data.get("quiet_to")
        if (start is None) != (end is None) or (start is not None and start == end):
            self.add_error("quiet_to", _("Choose when it begins and when it ends, or neither."))
        return data


class PauseForm(forms.Form):
    """The day on which mail begins again."""

    until = forms.DateField(
        label=gettext_lazy("No mail before"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, subscriber: Subscriber, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zoneinfo.ZoneInfo(subscriber.timezone)

    def clean_until(self) -> datetime:
        """The beginning of that day by the reader's clock."""
        day: date = self.cleaned_data["until"]
        today = timezone.now().astimezone(self.zone).date()
        if day <= today:
            raise ValidationError(_("Choose a day that is still to come."))
        if (day - today).days > LONGEST_PAUSE_DAYS:
            raise ValidationError(_("Choose a day within a year. To get nothing any more, leave instead."))
        return datetime.combine(day, time(), tzinfo=self.zone)


class WhyForm(forms.Form):
    """For whom, and which post."""

    address = AddressField()
    activity = forms.TypedChoiceField(label=gettext_lazy("Post"), coerce=int)

    def __init__(self, *args: Any, choices: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"].choices = choices  # type: ignore[attr-defined]
