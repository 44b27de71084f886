"""E-mail addresses as people type them: tidied, or refused with a sentence that says what to change."""

import re
import unicodedata

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LENGTH = 254
LOCAL_LENGTH = 64
HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
# Scripts whose letters pass for each other; Japanese and Korean mix theirs with Latin as a matter of course.
CONFUSABLE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def tidy_address(text: str) -> str:
    """Give an address in small letters with its domain in ASCII (IDNA 2008, UTS 46); raise ValidationError.

    Invisible characters and letters of several alphabets in one name are refused, not repaired: what the person
    sees would not be what is kept.
    """
    text = text.strip()
    if any(unicodedata.category(char) in HIDDEN for char in text):
        raise ValidationError(_("There is an invisible character in this address. Please type it again, by hand."))
    local, at, domain = text.rpartition("@")
    if not at or not local or "." not in domain:
        raise ValidationError(_("Write an address such as name@example.org."))
    if not local.isascii():
        raise ValidationError(_("Before the @ we can only write to plain letters a–z, digits and . _ + -"))
    address = f"{local.lower()}@{_ascii_domain(domain)}"
    if len(address) > LENGTH or len(local) > LOCAL_LENGTH:
        raise ValidationError(_("This address is too long."))
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(_("Write an address such as name@example.org.")) from None
    if local.startswith('"'):
        raise ValidationError(_("Write an address such as name@example.org."))
    return address


def _ascii_domain(domain: str) -> str:
    try:
        ascii_domain = idna.encode(domain, uts46=True, transitional=False).decode().lower()
    except (idna.IDNAError, UnicodeError):
        raise ValidationError(_("The part after the @ is not the name of a mail server.")) from None
    for label in shown_domain(ascii_domain).split("."):
        if len({script for char in label if (script := _confusable_script(char))}) > 1:
            raise ValidationError(
                _("The part after the @ mixes letters of several alphabets that look alike. Please type it again.")
            )
    return ascii_domain


def _confusable_script(char: str) -> str:
    name = unicodedata.name(char, "")
    return next((script for script in CONFUSABLE if name.startswith(script) and char.isalpha()), "")


def shown_domain(domain: str) -> str:
    """Give a domain in its own letters."""
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


def shown(address: str) -> str:
    """Give an address as its owner would write it."""
    local, _at, domain = address.rpartition("@")
    return f"{local}@{shown_domain(domain)}"


def masked(address: str) -> str:
    """Give an address that its owner recognises and nobody else can write to."""
    local, _at, domain = address.rpartition("@")
    return f"{local[: 2 if len(local) > 3 else 1]}…@{shown_domain(domain)}"


def key_of(address: str) -> str:
    """Give what a limit counts as one mailbox: without `+tag`, and without dots where the provider ignores them."""
    local, _at, domain = address.rpartition("@")
    local = re.sub(r"\+.*", "", local)
    return f"{local.replace('.', '') if domain in ('gmail.com', 'googlemail.com') else local}@{domain}"


class AddressField(forms.CharField):
    """One e-mail address, tidied."""

    widget = forms.EmailInput({"autocomplete": "email", "spellcheck": "false", "dir": "ltr"})

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("label", gettext_lazy("E-mail address"))
        super().__init__(**{"max_length": 320, **kwargs})  # type: ignore[arg-type]

    def clean(self, value: object) -> str:
        text = super().clean(value)
        return tidy_address(text) if text else ""
