"""The form into which people paste or upload many addresses."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base import reading_lists
from cop.base.reading_lists import AddressList


class AddressListForm(forms.Form):
    """Many addresses, pasted or uploaded or both."""

    addresses = forms.CharField(
        label=gettext_lazy("Addresses"),
        required=False,
        max_length=500_000,
        strip=False,
        widget=forms.Textarea({"rows": 10, "spellcheck": "false", "dir": "ltr"}),
        help_text=gettext_lazy("One in each line, or as your mail program copies them: Ana Silva <ana@example.org>"),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV file"),
        required=False,
        allow_empty_file=True,
        widget=forms.ClearableFileInput({"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    def clean_file(self) -> str:
        """The text of the file."""
        upload = self.cleaned_data["file"]
        if not upload:
            return ""
        if upload.size > reading_lists.MAX_BYTES:
            raise ValidationError(_("This file is larger than a list of addresses should be. Split it."))
        return reading_lists.decode(upload.read())

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.errors:
            return self.cleaned_data
        lists = {name: self._read(name) for name in ("addresses", "file")}
        self.cleaned_data.update(lists)
        if not any(found.addresses or found.broken for found in lists.values()) and not self.errors:
            self.add_error("addresses", _("Paste at least one address, or choose a file."))
        return self.cleaned_data

    def _read(self, name: str) -> AddressList:
        try:
            return reading_lists.read(self.cleaned_data[name])
        except ValidationError as refused:
            self.add_error(name, refused)
            return AddressList()

    @property
    def found(self) -> AddressList:
        """Everything that was pasted and uploaded."""
        pasted, uploaded = self.cleaned_data["addresses"], self.cleaned_data["file"]
        both = list(dict.fromkeys([*pasted.addresses, *uploaded.addresses]))
        twice = len(pasted.addresses) + len(uploaded.addresses) - len(both)
        return AddressList(both, [*pasted.broken, *uploaded.broken], pasted.repeated + uploaded.repeated + twice)
