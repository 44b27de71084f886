"""The form of a new passkey, in the site's words."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy as _


class AddPasskeyForm(AddWebAuthnForm):
    """What allauth asks; it signs in without a password unless told otherwise."""

    passwordless = forms.BooleanField(
        label=_("It signs me in without a password"),
        required=False,
        initial=True,
        help_text=_("It asks for your finger, your face or its code instead. Otherwise it is a second step after it."),
    )
