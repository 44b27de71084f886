"""Forms of organisations."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cop.base.addresses import AddressField
from cop.markup.rendering import render
from members import organising
from members.fields import tidy_name, validate_display_name
from members.form_fields import LogoField, OrganisationField
from members.models import Organisation, User


class OrganisationForm(forms.ModelForm[Organisation]):
    """An organisation's page."""

    logo = LogoField(label=_("Logo"))
    has_no_logo = forms.BooleanField(label=_("Take the logo down"), required=False)

    field_order = ["name", "special", "place", "website", "logo", "has_no_logo", "is_public"]

    class Meta:
        model = Organisation
        fields = ["name", "special", "place", "website", "is_public"]
        widgets = {"special": forms.Textarea({"rows": 8})}
        help_texts = {"special": _("What can people here learn from you? Markdown works here.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            del self.fields["has_no_logo"]

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        validate_display_name(name)
        if organising.bearing(name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                _("Another organisation here has this name. If it is the same one, ask site staff to merge them.")
            )
        return name

    def clean_special(self) -> str:
        special: str = self.cleaned_data["special"]
        render(special)
        return special


class HandOnForm(forms.Form):
    """Who looks after an organisation's page from now on."""

    to = forms.ModelChoiceField(
        label=_("Who looks after the page from now on?"),
        queryset=User.objects.none(),
        error_messages={"invalid_choice": _("Choose somebody who works there.")},
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = people


class MergeForm(forms.Form):
    """Into which organisation a duplicate goes."""

    name = OrganisationField(
        label=_("Which one is it in truth?"),
        widget=forms.TextInput({"list": "organisations"}),
        help_text=_("Its people, its domains and, where the other has none, its page go there."),
    )

    def __init__(self, *args: Any, merged: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merged = merged

    def clean_name(self) -> Organisation:
        found = organising.bearing(self.cleaned_data["name"]).exclude(pk=self.merged.pk).first()
        if found is None:
            raise forms.ValidationError(_("No other organisation here has this name. Choose one from the list."))
        return found


class DomainForm(forms.Form):
    """A mailbox of the organisation's, to which the proof is mailed."""

    address = AddressField(
        label=_("An address there that you read"),
        help_text=_("We mail it a link. Whoever presses the button behind it proves that the domain is yours."),
    )
