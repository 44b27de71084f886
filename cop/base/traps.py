"""Traps for programs that fill in forms: a field that people don't see, and a signed moment at which the form was made.

A form that says nothing of when it was made, or comes back sooner than anybody reads it, or with the unseen field
filled in, is shown once more with all that was typed in it, and a friendly line. A person sends it again; programs
rarely do. Nobody solves a puzzle.
"""

from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

# A page that was open for longer is shown once more: its stamp may have been copied.
LONGEST = 24 * 3600
SALT = "cop.base.traps"


def stamp() -> str:
    """Give the signed moment that goes into a form; empty where forms are not trapped."""
    return signing.TimestampSigner(salt=SALT).sign("form") if settings.FORM_TRAP_SECONDS else ""


class UnseenInput(forms.TextInput):
    """A text field like any other to a program; the stylesheet keeps it from people and their screen readers."""

    is_hidden = True

    def __init__(self) -> None:
        super().__init__({"class": "unseen", "tabindex": "-1", "autocomplete": "off", "aria-hidden": "true"})


class Trapped(forms.Form):
    """A form for people without an account. `trap_field` is where its line stands, if not above the form."""

    website = forms.CharField(required=False, max_length=2000, widget=UnseenInput)
    made_at = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput, initial=stamp)

    trap_field: str | None = None

    def __init__(self, *args: Any, is_trapped: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_trapped = is_trapped

    def clean(self) -> dict[str, Any]:
        super().clean()
        filled, made_at = self.cleaned_data.pop("website", ""), self.cleaned_data.pop("made_at", "")
        if self.is_trapped and settings.FORM_TRAP_SECONDS and (line := _line(filled, made_at)):
            self.add_error(self.trap_field, line)
        if self.errors:  # Shown again, it is a new form.
            renewed: Any = copy(self.data)  # Of a QueryDict, one that can be changed.
            self.data = renewed
            renewed[self.add_prefix("website")] = ""
            renewed[self.add_prefix("made_at")] = stamp()
        return self.cleaned_data


def _line(filled: str, made_at: str) -> str:
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(made_at, max_age=LONGEST)
    except signing.BadSignature:
        return _("This page was open for a while. Look it over once more, and send it again.")
    try:
        signer.unsign(made_at, max_age=settings.FORM_TRAP_SECONDS)
    except signing.SignatureExpired:
        return _("Look it over once more, and send it again.") if filled else ""
    return _("That was quick! Look it over once more, and send it again.")
