"""Forms of the desk."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.base.addresses import AddressField
from cop.base.traps import Trapped
from cop.moderation import reasons
from cop.moderation.action_models import TIDYING
from cop.moderation.deciding import SOME_WORDS, WHICH_POINT
from cop.moderation.flag_models import WORDS_LENGTH as FLAG_WORDS_LENGTH
from cop.moderation.flag_models import FlagReason
from cop.moderation.kinds import Decision, Words
from cop.moderation.policy_models import CarePolicy
from cop.moderation.things import Why
from members.models import Community

WORDS_LENGTH = 2000


class HowLong(models.TextChoices):
    """How long somebody is kept out."""

    WEEK = "week", _("for a week")
    MONTH = "month", _("for a month")
    DAY = "day", _("until a day that I choose")
    OPEN = "open", _("until a facilitator readmits them")


LASTING = {HowLong.WEEK: timedelta(days=7), HowLong.MONTH: timedelta(days=30)}


class UntilForm(forms.Form):
    """How long somebody is kept out: `until` is a moment after cleaning, or None where it ends by no clock."""

    until = forms.ChoiceField(label=_("Suspended"), choices=HowLong.choices, initial=HowLong.WEEK)
    day = forms.DateField(
        label=_("The day they can take part again"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _needed_for(self.fields["day"], [HowLong.DAY.label])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        chosen, day = data.get("until") or HowLong.WEEK, data.get("day")
        if chosen == HowLong.DAY and "day" not in self.errors and (day is None or day <= timezone.localdate()):
            self.add_error("day", _("Choose a day that is still to come."))
        if chosen == HowLong.DAY:
            data["until"] = timezone.make_aware(datetime.combine(day, time())) if day else None
        else:
            data["until"] = timezone.now() + LASTING[HowLong(chosen)] if chosen in LASTING else None
        return data


class DecideForm(UntilForm):
    """What is decided, for which point of the guidelines, with which words to the person."""

    reason = forms.ChoiceField(
        label=_("Which point of the guidelines"), required=False, error_messages={"required": WHICH_POINT}
    )
    words = forms.CharField(
        label=_("Words to them"),
        max_length=WORDS_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": SOME_WORDS},
    )

    def __init__(self, *args: Any, decisions: Sequence[Decision], points: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)  # noqa: S101 - for the type checker
        reason.choices = [("", _("Choose one")), *((point, point) for point in points)]
        self._say_what_for("reason", [one for one in decisions if one.wants_reason], decisions)
        self._say_what_for("words", [one for one in decisions if one.wants_words], decisions)
        if not any(decision.wants_reason for decision in decisions):
            del self.fields["reason"]
        if any(decision.wants_until for decision in decisions):
            self._say_what_for("until", [one for one in decisions if one.wants_until], decisions)
            self.order_fields(["reason", "until", "day", "words"])
        else:
            del self.fields["until"], self.fields["day"]

    def _say_what_for(self, name: str, wanting: Sequence[Decision], decisions: Sequence[Decision]) -> None:
        """Say of a field which decisions cannot do without it; it says itself where that is all or none of them."""
        field = self.fields[name]
        field.required = bool(wanting) and len(wanting) == len(decisions)
        if wanting:
            _needed_for(field, [one.label for one in wanting])


class FlagForm(Trapped):
    """Please look at this."""

    reason = forms.ChoiceField(label=_("What is it about?"), choices=FlagReason.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"),
        max_length=FLAG_WORDS_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Only facilitators read this."),
    )
    address = AddressField(
        label=_("Your e-mail address, if you want to hear of it by mail"),
        required=False,
        help_text=_("You get a mail with one button first, and one when it is decided; then we forget it."),
    )

    def __init__(self, *args: Any, is_visitor: bool, **kwargs: Any) -> None:
        super().__init__(*args, is_trapped=is_visitor, **kwargs)
        if not is_visitor:  # They are told at the address of their account.
            del self.fields["address"]


class WhyForm(forms.Form):
    """Why something is done to what somebody else wrote, or about somebody."""

    def __init__(self, *args: Any, community: Community, what: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ask_why(self, community, what)


class SuspendForm(WhyForm, UntilForm):
    """Why somebody is suspended, and until when."""

    field_order = ("until", "day", "reason", "words")


class ObjectionForm(forms.Form):
    """What somebody says to what was done."""

    words = forms.CharField(label=_("What you say to it"), max_length=WORDS_LENGTH, widget=forms.Textarea({"rows": 5}))


class GuidelinesForm(forms.Form):
    """The points, one a line."""

    body = forms.CharField(
        label=_("The points"),
        max_length=15_000,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("One point a line; they are numbered in this order."),
    )


class PolicyForm(forms.ModelForm[CarePolicy]):
    """How flags and the log are handled."""

    class Meta:
        model = CarePolicy
        fields = ("flags_hide_at", "is_log_shared")


def ask_why(form: forms.Form, community: Community, what: str) -> None:
    """Add to a form why an act is done: a point of the guidelines where it needs one, and words to the person."""
    if reasons.wants_point(what):
        form.fields["reason"] = forms.ChoiceField(
            label=_("Which point of the guidelines"),
            choices=reasons.choices_for(community, what),
            initial=TIDYING if what in reasons.MOSTLY_TIDY else "",
            error_messages={"required": WHICH_POINT},
        )
    form.fields["words"] = forms.CharField(
        label=_("Words to them"), max_length=WORDS_LENGTH, required=False, widget=forms.Textarea({"rows": 3})
    )


def why_of(form: forms.Form) -> Why:
    """Give what was answered."""
    data = form.cleaned_data
    return Why(data.get("reason", ""), data.get("words", ""), data.get("until"))


def _needed_for(field: forms.Field, what: Sequence[Words]) -> None:
    """Say what a field is needed for, where it may stay empty otherwise."""
    field.needed_for = _("for: %(what)s") % {"what": "; ".join(map(str, what))}  # type: ignore[attr-defined]
