"""What somebody without an account types to answer a public event."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cop.base.addresses import AddressField
from cop.base.traps import Trapped
from cop.base.zones import zone_names
from events.forms import AnswerForm
from members.fields import tidy_name, validate_display_name


class VisitorForm(Trapped, AnswerForm):
    """An answer with a name and an address, trapped for programs; `zone` is the browser's guess."""

    name = forms.CharField(label=_("Your name"), max_length=80, widget=forms.TextInput({"autocomplete": "name"}))
    address = AddressField(label=_("Your e-mail address"))
    zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput({"data-zone": ""}))
    field_order = ("name", "address", "answer", "guests", "line", "zone")

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        validate_display_name(name)
        return name

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone if zone in zone_names() else ""
