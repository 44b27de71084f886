"""Forms of people and communities."""

import zoneinfo
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.audiences import Audience
from members.fields import tidy_name, validate_display_name
from members.founding import free_slug
from members.models import Community, Invitation, Role, User


class NameField(forms.CharField):
    """A person's name: tidied, then checked."""

    widget = forms.TextInput({"autocomplete": "name"})

    def to_python(self, value: object) -> str:
        return tidy_name(super().to_python(value) or "")

    default_validators = [validate_display_name]


class SignupForm(forms.Form):
    """What sign-up asks besides address and password."""

    display_name = NameField(label=_("Name"), max_length=80, help_text=_("How others here see you."))
    timezone = forms.CharField(required=False, widget=forms.HiddenInput({"data-timezone": ""}))

    field_order = ["display_name", "email", "password1"]

    def clean_timezone(self) -> str:
        """The browser's guess; one that nobody knows is dropped, not refused."""
        name = self.cleaned_data["timezone"]
        return name if name in zoneinfo.available_timezones() else ""

    def signup(self, request: HttpRequest, user: User) -> None:
        """The adapter has saved everything already; allauth calls this."""


def timezone_choices() -> list[tuple[str, str]]:
    """Give the IANA zones that people choose from, in alphabetical order."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class ProfileForm(forms.ModelForm[User]):
    """What a user says about themselves."""

    display_name = NameField(label=_("Name"), max_length=80, help_text=_("How others here see you."))
    timezone = forms.ChoiceField(label=_("Time zone"), choices=timezone_choices)

    class Meta:
        model = User
        fields = ["display_name", "organisation", "timezone", "language"]


class CommunityForm(forms.ModelForm[Community]):
    """What a community is; the address is made from the name where it is left empty."""

    slug = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=50,
        help_text=_("The last part of its address on this site. Leave it empty to have it made from the name."),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )
    audience = forms.ChoiceField(
        label=_("Who may read it"),
        choices=[choice for choice in Audience.choices if choice[0] != Audience.FACILITATORS],
        initial=Audience.PUBLIC,
        help_text=_("Its blogs start with this; a closed community may still keep a public blog."),
    )

    class Meta:
        model = Community
        fields = ["name", "slug", "purpose", "pressing_issue", "audience", "join_rule", "accent"]
        widgets = {
            "purpose": forms.Textarea({"rows": 4}),
            "pressing_issue": forms.Textarea({"rows": 3}),
            "accent": forms.TextInput({"type": "color"}),
        }

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        validate_display_name(name)
        return name

    def clean(self) -> dict[str, Any]:
        super().clean()
        name = self.cleaned_data.get("name", "")
        if name and not self.cleaned_data.get("slug") and "slug" not in self.errors:
            self.cleaned_data["slug"] = free_slug(name)
            if not self.cleaned_data["slug"]:
                self.add_error("slug", _("Write an address in small letters a–z: none could be made from this name."))
        return self.cleaned_data


class InvitationForm(forms.ModelForm[Invitation]):
    """Whom to invite, as what, with which words."""

    role = forms.ChoiceField(label=_("As"), choices=Role.choices, initial=Role.MEMBER)

    class Meta:
        model = Invitation
        fields = ["email", "role", "message"]
        widgets = {"message": forms.Textarea({"rows": 3})}


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
