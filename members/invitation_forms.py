"""Forms of invitations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cop.base.address_forms import AddressListForm
from cop.base.addresses import AddressField
from members.roles import Role


class InvitationsForm(AddressListForm):
    """Whom to invite, one or many, as what, with which words."""

    role = forms.ChoiceField(label=_("As"), choices=Role.choices, initial=Role.MEMBER)
    message = forms.CharField(
        label=_("A line to them"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not self.found.addresses:
            self.add_error("addresses", " ".join(dict.fromkeys(line.reason for line in self.found.broken[:3])))
        return self.cleaned_data


class PersonalInvitationForm(forms.Form):
    """One person, and a line to them."""

    email = AddressField(label=_("Their e-mail address"))
    message = forms.CharField(
        label=_("A line to them"),
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Why them, and why here? They read it first; their answer comes to your address."),
    )


class OpenInvitationForm(forms.Form):
    """How many may come in by a link, and for how long."""

    uses_most = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=1000, initial=25)
    days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=365, initial=14)
