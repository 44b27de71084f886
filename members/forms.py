"""Forms of people and communities."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.fields import tidy_name, validate_display_name
from members.models import User


class SignupForm(forms.Form):
    """What sign-up asks besides address and password."""

    display_name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("How others here see you."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )

    field_order = ["display_name", "email", "password1"]

    def clean_display_name(self) -> str:
        name = tidy_name(self.cleaned_data["display_name"])
        validate_display_name(name)
        return name

    def signup(self, request: HttpRequest, user: User) -> None:
        """The adapter has saved everything already; allauth calls this."""
