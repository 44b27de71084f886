"""Forms of the rhythm."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.notifications import sections
from cop.notifications.forms import hour_choices
from cop.notifications.rhythm_models import BeatSlot, Rest, Rhythm, Season, Weekday
from members.form_fields import timezone_choices


def day_input() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


class RhythmForm(forms.ModelForm[Rhythm]):
    """Whose clock, and whether at all."""

    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=timezone_choices,
        help_text=gettext_lazy("The hours of the beats are those of this zone's clock."),
    )

    class Meta:
        model = Rhythm
        fields = ["timezone", "is_on"]


class SlotForm(forms.ModelForm[BeatSlot]):
    """One beat of the week."""

    weekday = forms.TypedChoiceField(label=gettext_lazy("Day"), choices=Weekday.choices, coerce=int)
    hour = forms.TypedChoiceField(label=gettext_lazy("Hour"), choices=hour_choices, coerce=int, initial=9)
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("What it lists"),
        required=False,
        choices=sections.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose none to list everything. What is empty is left out by itself."),
    )

    class Meta:
        model = BeatSlot
        fields = ["name", "weekday", "hour", "sections", "next_line"]
        widgets = {"next_line": forms.Textarea({"rows": 2})}


class DaysForm:
    """Checks that the last day does not come before the first one."""

    def clean_last_day(self) -> Any:
        data = self.cleaned_data  # type: ignore[attr-defined]
        first, last = data.get("first_day"), data["last_day"]
        if first and last < first:
            raise ValidationError(_("The last day comes before the first one."))
        return last


class RestForm(DaysForm, forms.ModelForm[Rest]):
    """Days without beats."""

    class Meta:
        model = Rest
        fields = ["first_day", "last_day", "note"]
        widgets = {"first_day": day_input(), "last_day": day_input()}


class SeasonForm(DaysForm, forms.ModelForm[Season]):
    """A season, with one prompt for each beat of the week."""

    class Meta:
        model = Season
        fields = ["name", "first_day", "last_day", "about"]
        widgets = {"first_day": day_input(), "last_day": day_input(), "about": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, slots: list[BeatSlot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = {prompt.slot_id: prompt.text for prompt in self.instance.prompts.all()} if self.instance.pk else {}
        for slot in slots:
            self.fields[f"prompt_{slot.pk}"] = forms.CharField(
                label=_("Prompt of “%(beat)s”") % {"beat": slot.name},
                required=False,
                max_length=200,
                initial=given.get(slot.pk, ""),
            )
        self.slots = slots

    @property
    def prompts(self) -> dict[int, str]:
        """The words for each beat, by its id."""
        return {slot.pk: self.cleaned_data[f"prompt_{slot.pk}"] for slot in self.slots}


class HappenedForm(forms.Form):
    """One line about a beat."""

    words = forms.CharField(label=gettext_lazy("What happened, in one line"), required=False, max_length=500)


class ElsewhereForm(forms.Form):
    """A meeting, call or visit outside of this site; its day and hour by the community's clock."""

    words = forms.CharField(
        label=gettext_lazy("What was it, in one line"),
        max_length=500,
        help_text=gettext_lazy("“Visit to the branch library in Oslo, seven of us”"),
    )
    at = forms.DateTimeField(
        label=gettext_lazy("When"), widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_at(self) -> datetime:
        """The moment, by the community's clock."""
        given: datetime = self.cleaned_data["at"]
        return given.replace(tzinfo=None).replace(tzinfo=self.zone)
