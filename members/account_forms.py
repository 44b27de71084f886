"""Forms of accounts: making one, and closing it."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cop.base.traps import Trapped
from cop.base.zones import zone_names
from members.closing_models import Choice
from members.form_fields import NameField
from members.models import User


class SignupForm(Trapped):
    """What sign-up asks besides address and password."""

    display_name = NameField(label=_("Name"), max_length=80, help_text=_("How others here see you."))
    timezone = forms.CharField(required=False, widget=forms.HiddenInput({"data-timezone": ""}))

    field_order = ["display_name", "email", "password1"]

    def clean_timezone(self) -> str:
        """The browser's guess; one that nobody knows is dropped, not refused."""
        name = self.cleaned_data["timezone"]
        return name if name in zone_names() else ""

    def signup(self, request: HttpRequest, user: User) -> None:
        """The adapter has saved everything already; allauth calls this."""


class CloseAccountForm(forms.Form):
    """What becomes of what somebody wrote."""

    words = forms.ChoiceField(
        label=_("What becomes of what you wrote?"),
        choices=[
            (Choice.KEEP, _("It stays under my name: nothing of it changes")),
            (
                Choice.HIDE,
                _(
                    "It stays as written by “a former member”: my name goes from it, from quotations, "
                    "and wherever somebody called me by name, in earlier versions too"
                ),
            ),
            (
                Choice.REMOVE,
                _(
                    "It is removed: messages, posts, answers, images and files, with all earlier versions "
                    "and what others quoted of them; where others answered, a gap stays"
                ),
            ),
        ],
        widget=forms.RadioSelect,
    )
    asks_about_name = forms.BooleanField(
        label=_("Ask the facilitators to look at what others wrote about me"),
        help_text=_("For that they get your name until one of them has looked. It counts where your name is to go."),
        required=False,
    )
    is_sure = forms.BooleanField(
        label=_("I know that this cannot be undone"),
        error_messages={"required": _("Tick this, if you are sure.")},
    )
