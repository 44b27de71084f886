"""Forms for feeds in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blogs.discovering import full_address
from blogs.sources import SourceUse
from cop.base.fetching import FetchFailed, checked_scheme


class FindFeedForm(forms.Form):
    """The address of a site or of a feed."""

    address = forms.CharField(
        label=_("Address of a site or feed"),
        max_length=1000,
        help_text=_("For example https://journal.example.org. The feed is found by itself where the page names one."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url", "spellcheck": "false"}),
    )


class SourceUseForm(forms.ModelForm[SourceUse]):
    """How the entries of a feed become posts of a blog."""

    class Meta:
        model = SourceUse
        fields = ["mode", "grouping", "note"]
        widgets = {"mode": forms.RadioSelect, "grouping": forms.RadioSelect}


class SourceAddForm(SourceUseForm):
    """The same for a feed that is new to a blog: also what to begin with."""

    url = forms.CharField(max_length=1000, widget=forms.HiddenInput)

    class Meta(SourceUseForm.Meta):
        fields = ["mode", "grouping", "start", "note"]
        widgets = {**SourceUseForm.Meta.widgets, "start": forms.RadioSelect}

    def clean_url(self) -> str:
        url = full_address(self.cleaned_data["url"])
        try:
            checked_scheme(url)
        except FetchFailed as failed:
            raise forms.ValidationError(str(failed)) from failed
        return url
