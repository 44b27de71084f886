"""Forms of letters."""

import secrets
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cop.letters.models import LetterPolicy
from cop.markup.forms import MarkdownField
from members.models import Community


def new_form_key() -> str:
    """Give a key for a form: sent twice, it makes one letter."""
    return secrets.token_urlsafe(24)


class LetterForm(forms.Form):
    """A letter. Files and images do not go into it: they would need an audience of two."""

    body = MarkdownField(label=_("Your letter"), rows=7)
    form_key = forms.CharField(max_length=43, required=False, widget=forms.HiddenInput, initial=new_form_key)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs |= {
            "data-preview-url": reverse("markup:preview"),
            "data-emoji-url": reverse("markup:emoji"),
        }


class FirstLetterForm(LetterForm):
    """The first letter to somebody, in one of the communities that both belong to."""

    community = forms.ModelChoiceField(label=_("As members of"), queryset=Community.objects.none(), empty_label=None)
    field_order = ["community", "body"]

    def __init__(self, *args: Any, communities: list[Community], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["community"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = Community.objects.filter(pk__in=[one.pk for one in communities]).order_by("name")
        if len(communities) == 1:
            field.widget = forms.HiddenInput()
            field.initial = communities[0].pk


class PolicyForm(forms.ModelForm[LetterPolicy]):
    """Whether members write to each other."""

    class Meta:
        model = LetterPolicy
        fields = ["is_on"]
