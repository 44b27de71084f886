"""The questions of setting up a community: one form for each page."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from cop.guarding.models import Way
from cop.home.models import Need
from members.fields import tidy_name, validate_accent, validate_display_name, validate_slug
from members.form_fields import LogoField
from members.founding import free_slug
from members.models import Community


class Who(models.TextChoices):
    """Whom a community is for: who may read it, and how people come in."""

    ALL = "all", _("Open to all: everybody may read, everybody signed in may join")
    REQUEST = "request", _("By request: people find it and ask, a facilitator decides")
    INVITATION = "invitation", _("By invitation: only its members know of it")


class Facilitating(models.TextChoices):
    """Who has the time and passion to facilitate."""

    ME = "me", _("I do")
    OTHER = "other", _("Somebody else, whom I ask by e-mail")
    BOTH = "both", _("Both of us")


class IssueForm(forms.Form):
    """What presses most."""

    pressing_issue = forms.CharField(
        label=_("What is the most pressing issue?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("In a sentence or two, as you would say it to a colleague over coffee."),
    )


class HelpForm(forms.Form):
    """What would help most."""

    need = forms.ChoiceField(
        label=_("Which of these would help most now?"), choices=Need.choices, widget=forms.RadioSelect
    )
    asks_outside = forms.BooleanField(
        label=_("Outside readers may ask questions here"),
        required=False,
        help_text=_("Where you inform outside readers: this opens a help forum beside the blog."),
    )


class WhoForm(forms.Form):
    """Whom it is for."""

    who = forms.ChoiceField(
        label=_("Who is it for?"), choices=Who.choices, widget=forms.RadioSelect, initial=Who.REQUEST
    )
    organisations = forms.ChoiceField(
        label=_("Where do they work?"),
        choices=[("one", _("In one organisation")), ("several", _("In several organisations"))],
        widget=forms.RadioSelect,
        initial="several",
    )
    # Without a first choice: this is decided by whoever starts it, and not by habit.
    protection = forms.ChoiceField(
        label=_("How is it protected?"),
        choices=Way.choices,
        widget=forms.RadioSelect,
        help_text=_("Against advertising and worse. You can change it at any time."),
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        is_open = self.cleaned_data.get("who") == Who.ALL
        if is_open and self.cleaned_data.get("protection") == Way.MEMBERS:
            self.add_error(
                "protection",
                _("Where everybody may join, everybody could write. Choose another one, or let people ask to join."),
            )
        return self.cleaned_data


class FacilitatingForm(forms.Form):
    """Who facilitates."""

    facilitating = forms.ChoiceField(
        label=_("Who has the time and passion to facilitate?"),
        choices=Facilitating.choices,
        widget=forms.RadioSelect,
        initial=Facilitating.ME,
    )
    email = forms.EmailField(label=_("Their e-mail address"), required=False)
    line = forms.CharField(
        label=_("A line to them"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        asks_somebody = self.cleaned_data.get("facilitating") in (Facilitating.OTHER, Facilitating.BOTH)
        if asks_somebody and not self.cleaned_data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Write the address of the person whom you want to ask."))
        return self.cleaned_data


class LookForm(forms.Form):
    """What it is called, and what it looks like."""

    name = forms.CharField(label=_("What is it called?"), max_length=80)
    purpose = forms.CharField(
        label=_("What is it for?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("In a few sentences. Left empty, it says that you work on the pressing issue together."),
    )
    slug = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=50,
        help_text=_("The last part of its address on this site. Leave it empty to have it made from the name."),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
        validators=[validate_slug],
    )
    accent = forms.CharField(
        label=_("Colour"),
        initial="#2f6f5e",
        widget=forms.TextInput({"type": "color"}),
        validators=[validate_accent],
    )
    logo = LogoField(label=_("Logo"), help_text=_("It stands beside the name. Your organisation's will do."))

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        validate_display_name(name)
        return name

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug and Community.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("This address is taken; choose another."))
        return slug

    def clean(self) -> dict[str, Any]:
        super().clean()
        name = self.cleaned_data.get("name", "")
        if name and not self.cleaned_data.get("slug") and "slug" not in self.errors and not free_slug(name):
            self.add_error("slug", _("Write an address in small letters a–z: none could be made from this name."))
        return self.cleaned_data


STEPS: dict[str, type[forms.Form]] = {
    "issue": IssueForm,
    "help": HelpForm,
    "who": WhoForm,
    "facilitating": FacilitatingForm,
    "look": LookForm,
}


def missing_step(answers: dict[str, Any]) -> str:
    """Give the first step whose answers are missing or no longer right, or an empty text."""
    return next((step for step, form in STEPS.items() if not form(data=answers).is_valid()), "")


class DeclineForm(forms.Form):
    """Why a community does not start here."""

    reason = forms.CharField(label=_("A line to who asked"), max_length=1000, widget=forms.Textarea({"rows": 3}))
