"""Forms of proposals."""

from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.agreements.forms import DayInput
from cop.agreements.proposal_models import REASON_LENGTH, TITLE_LENGTH, Stance
from cop.agreements.proposing import DAYS
from cop.markup.rendering import LIMIT
from members.audiences import Audience
from members.fields import tidy_name
from members.models import Community


def end_of(day: Any) -> datetime:
    """Give the last minute of a day in the reader's zone."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


class TextArea(forms.Textarea):
    """A text area with the toolbar and the preview, where there is JavaScript."""

    template_name = "components/editor.html"

    def of(self, community: Community) -> None:
        """Say where its preview comes from, and where its images go."""
        self.attrs |= {
            "data-preview-url": reverse("markup:preview"),
            "data-upload-url": reverse("files:image-add", args=[community.slug]),
            "data-audience": Audience.COMMUNITY,
        }


class ProposalForm(forms.Form):
    """What is proposed, and until when people can answer."""

    title = forms.CharField(label=_("What it is about"), max_length=TITLE_LENGTH)
    text = forms.CharField(label=_("The text to agree on"), max_length=LIMIT, widget=TextArea({"rows": 12}))
    closes_on = forms.DateField(label=_("Open until the end of"), help_text=_("Seven days is a good start."))

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _text_area(self).of(community)
        self.fields["closes_on"].widget = DayInput()
        self.fields["closes_on"].initial = timezone.localdate() + timedelta(days=DAYS)

    def clean_title(self) -> str:
        return tidy_name(self.cleaned_data["title"])


class RevisionForm(forms.Form):
    """Another text, and a word on what is different."""

    text = forms.CharField(label=_("The text to agree on"), max_length=LIMIT, widget=TextArea({"rows": 12}))
    note = forms.CharField(
        label=_("What is different"),
        max_length=300,
        help_text=_("Everybody who has answered is asked again, with these words."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _text_area(self).of(community)


def _text_area(form: forms.Form) -> TextArea:
    return cast(TextArea, form.fields["text"].widget)


class PositionForm(forms.Form):
    """What somebody thinks of the text."""

    stance = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (Stance.CONSENT, _("Consent: I can live with it")),
            (Stance.ABSTAIN, _("Abstain: I leave it to the others")),
            (Stance.CONCERN, _("Concern: I want this heard, and can live with it")),
            (Stance.OBJECTION, _("Objection: this would do harm; the text has to change")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why"), max_length=REASON_LENGTH, required=False, widget=forms.Textarea({"rows": 3})
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1_000_000)


class OutcomeForm(forms.Form):
    """What came of it."""

    is_agreed = forms.TypedChoiceField(
        label=_("Outcome"),
        choices=[("yes", _("Agreed")), ("no", _("Not agreed"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    outcome = forms.CharField(
        label=_("In words"), max_length=LIMIT, widget=forms.Textarea({"rows": 5}), help_text=_("What happens now?")
    )
    look_again_on = forms.DateField(
        label=_("Look at it again on"), required=False, help_text=_("You get a mail on that day.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["look_again_on"].widget = DayInput()


class ProlongForm(forms.Form):
    """More time."""

    closes_on = forms.DateField(label=_("Open until the end of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["closes_on"].widget = DayInput()
