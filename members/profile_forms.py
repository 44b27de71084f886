"""The form of what people say about themselves, their photo among it."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cop.base.errors import Refused
from cop.base.images import Part
from cop.markup.rendering import render
from members import organising
from members.form_fields import (
    LinksField,
    NameField,
    OrganisationField,
    PictureField,
    TagsField,
    timezone_choices,
)
from members.models import User
from members.picturing import hang, photo_of
from members.profile_models import Profile, Seen
from members.profiling import FIELDS, TEXTS, save_profile

# Which part of a photo is kept, for who chooses it by a word; and as a script says it, no closer than a quarter.
PARTS = {
    "middle": Part(),
    "left": Part(across=0),
    "right": Part(across=1),
    "top": Part(down=0),
    "bottom": Part(down=1),
}
CUT = re.compile(r"(\d{1,3}) (\d{1,3}) (\d{1,3})", re.ASCII)
CLOSEST = 0.25


class CutField(forms.CharField):
    """Where a script put the square on a photo, in hundredths: across, down, and how much of the shorter side."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Part | None:
        """Give that part; what nobody can read is dropped, not refused."""
        if not (said := CUT.fullmatch(super().clean(value))):
            return None
        across, down, share = (min(int(number), 100) / 100 for number in said.groups())
        return Part(across, down, max(share, CLOSEST))


class ProfileForm(forms.ModelForm[User]):
    """What a user says about themselves, and who sees which part of it."""

    display_name = NameField(label=_("Name"), max_length=80, help_text=_("How others here see you."))
    photo = PictureField(label=_("Photo"), help_text=_("It is cut to a square, and does not say where it was taken."))
    photo_part = forms.ChoiceField(
        label=_("Which part of the photo"),
        required=False,
        choices=[
            ("middle", _("The middle")),
            ("left", _("Its left")),
            ("right", _("Its right")),
            ("top", _("The upper part")),
            ("bottom", _("The lower part")),
        ],
    )
    # A script that shows the photo writes it; it goes before the choice of a word.
    photo_cut = CutField(required=False)
    has_no_photo = forms.BooleanField(label=_("Take the photo down"), required=False)
    organisation = OrganisationField(
        label=_("Organisation"),
        required=False,
        widget=forms.TextInput({"list": "organisations", "autocomplete": "organization"}),
        help_text=_("Where you work. Choose one that is here already, or write its name."),
    )
    pronunciation = forms.CharField(label=_("How to say your name"), required=False, max_length=80)
    job = forms.CharField(label=_("Job"), required=False, max_length=120)
    place = forms.CharField(label=_("Place"), required=False, max_length=120, help_text=_("Town and country."))
    timezone = forms.ChoiceField(label=_("Time zone"), choices=timezone_choices)
    languages = forms.CharField(
        label=_("Languages you speak"), required=False, max_length=200, help_text=_("English, Deutsch, Kiswahili")
    )
    about = forms.CharField(
        label=_("About you"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Markdown works here."),
    )
    ask_about = TagsField(label=_("Ask me about"), help_text=_("With commas between: cold chains, offprints"))
    learning = TagsField(label=_("I am learning"), help_text=_("With commas between."))
    is_glad_to_be_asked = forms.BooleanField(label=_("I am glad to be asked"), required=False)
    links = LinksField(label=_("Links"), help_text=_("One address a line."))
    is_unlisted = forms.BooleanField(label=_("Leave me out of the directories"), required=False)
    known_to = forms.ChoiceField(
        label=_("Who may open your page"),
        required=False,
        choices=[choice for choice in Seen.choices if choice[0] != Seen.NOBODY],
    )

    field_order = [
        "display_name",
        "pronunciation",
        "photo",
        "photo_part",
        "photo_cut",
        "has_no_photo",
        "organisation",
        "job",
        "place",
        "timezone",
        "language",
    ]

    class Meta:
        model = User
        fields = ["display_name", "timezone", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile = Profile.objects.filter(user=self.instance).first() or Profile(user=self.instance)
        for name in (*TEXTS, "about", "links", "is_glad_to_be_asked", "is_unlisted", "known_to"):
            self.initial.setdefault(name, getattr(profile, name))
        if not profile.photo:
            del self.fields["has_no_photo"]
        self.initial.setdefault("organisation", self.instance.organisation or organising.suggested_for(self.instance))
        for name in ("ask_about", "learning"):
            self.initial.setdefault(name, list(getattr(profile, name).names()) if profile.pk else [])
        for name in FIELDS:
            self.fields[f"seen_{name}"] = forms.ChoiceField(
                label=self.fields[name].label, required=False, choices=Seen.choices
            )
            self.initial.setdefault(f"seen_{name}", profile.seen_by.get(name, Seen.SHARING))

    def said(self) -> list[forms.BoundField]:
        """Give the fields that say something."""
        return [self[name] for name in self.fields if not name.startswith("seen_") and not self[name].is_hidden]

    def seen(self) -> list[forms.BoundField]:
        """Give the fields that choose who sees it."""
        return [self[name] for name in self.fields if name.startswith("seen_")]

    def clean_known_to(self) -> str:
        return self.cleaned_data["known_to"] or Seen.SHARING

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if data.get("photo"):
            part = data.get("photo_cut") or PARTS[data.get("photo_part") or "middle"]
            try:
                data["photo"] = photo_of(data["photo"], part)
            except Refused as refused:
                self.add_error("photo", refused)
        return data

    def clean_about(self) -> str:
        about: str = self.cleaned_data["about"]
        render(about)
        return about

    def save(self, commit: bool = True) -> User:
        self.instance.organisation = organising.named(self.cleaned_data["organisation"])
        self.instance.has_confirmed_timezone = True
        user = super().save(commit)
        seen_by = {name: self.cleaned_data[f"seen_{name}"] or Seen.SHARING for name in FIELDS}
        profile = save_profile(user, self.cleaned_data, seen_by=seen_by)
        if self.cleaned_data["photo"] or self.cleaned_data.get("has_no_photo"):
            hang(profile, "photo", self.cleaned_data["photo"])
        return user
