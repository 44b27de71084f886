"""Forms of the pages on which facilitators look after a community."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cop.home.models import Progress
from cop.markup.forms import MarkdownField
from members.models import Stage


class AboutForm(forms.Form):
    """The page about a community."""

    body = MarkdownField(label=_("About"), max_length=20_000)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class WelcomeForm(forms.Form):
    """The words that newcomers get."""

    is_on = forms.BooleanField(label=_("Welcome newcomers by mail"), required=False)
    body = MarkdownField(label=_("Your words"), rows=8, max_length=3000)


class StageForm(forms.Form):
    """In which stage a community is."""

    stage = forms.ChoiceField(label=_("Stage"), choices=Stage.choices, widget=forms.RadioSelect)


class IssueReviewForm(forms.Form):
    """What became of the pressing issue."""

    progress = forms.ChoiceField(label=_("What became of it?"), choices=Progress.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In a few words"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    pressing_issue = forms.CharField(
        label=_("What presses most now?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Leave it empty if that is still the same."),
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.cleaned_data.get("progress") == Progress.OTHER and not self.cleaned_data.get("pressing_issue"):
            self.add_error("pressing_issue", _("Say what presses most now."))
        return self.cleaned_data


class CloseForm(forms.Form):
    """The last words."""

    body = MarkdownField(
        label=_("Last words"),
        max_length=20_000,
        help_text=_("What was this place good for, whom do you thank, where does it go on?"),
    )
