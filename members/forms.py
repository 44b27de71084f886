"""Forms of people and communities."""

import re
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cop.base.address_forms import AddressListForm
from cop.base.addresses import AddressField
from cop.base.errors import Refused
from cop.base.images import Part
from cop.base.traps import Trapped
from cop.base.zones import zone_names
from cop.markup.rendering import render
from members import organising
from members.audiences import Audience
from members.closing_models import Choice
from members.fields import tidy_name, validate_display_name
from members.founding import change, free_slug, possible_parents
from members.models import Community, Organisation, Profile, Role, Seen, User
from members.picturing import hang, logo_of, photo_of
from members.profiling import FIELDS, TEXTS, save_profile

TAGS_LIMIT = 20
TAG_LENGTH = 60
LINKS_LIMIT = 10
validate_web_address = URLValidator(
    schemes=["http", "https"], message=_("Write whole web addresses, as https://example.org/, one a line.")
)


class NameField(forms.CharField):
    """A person's name: tidied, then checked."""

    widget = forms.TextInput({"autocomplete": "name"})

    def to_python(self, value: object) -> str:
        return tidy_name(super().to_python(value) or "")

    default_validators = [validate_display_name]


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


def timezone_choices() -> list[tuple[str, str]]:
    """Give the IANA zones that people choose from, in alphabetical order."""
    names = sorted(name for name in zone_names() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class TagsField(forms.CharField):
    """A few tags with commas between."""

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, max_length=600, **given)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        names = [" ".join(name.split()) for name in super().clean(value).replace(";", ",").split(",")]
        names = list(dict.fromkeys(name for name in names if name))
        if len(names) > TAGS_LIMIT or any(len(name) > TAG_LENGTH for name in names):
            raise forms.ValidationError(_("Name twenty things at most, each in a few words, with commas between."))
        return names


class LinksField(forms.CharField):
    """A few web addresses, one a line."""

    widget = forms.Textarea({"rows": 3, "spellcheck": "false"})

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, max_length=4000, **given)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        links: list[str] = super().clean(value).split()
        if len(links) > LINKS_LIMIT:
            raise forms.ValidationError(_("Give ten addresses at most."))
        for link in links:
            validate_web_address(link)
        return links


class PictureField(forms.FileField):
    """A photo; nothing chosen leaves what hangs there."""

    widget = forms.FileInput({"accept": "image/jpeg,image/png,image/gif,image/webp"})

    def __init__(self, **given: Any) -> None:
        super().__init__(required=False, **given)


class LogoField(PictureField):
    """A logo, cleaned to what is kept of it."""

    def clean(self, data: Any, initial: Any = None) -> ContentFile[bytes] | None:
        return logo_of(super().clean(data, initial)) if data else None


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


class OrganisationField(forms.CharField):
    """The name of an organisation, one that is known here or a new one."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=120, **given)

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "name", value)

    def clean(self, value: Any) -> str:
        name = tidy_name(super().clean(value))
        if name:
            validate_display_name(name)
        return name


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


class OrganisationForm(forms.ModelForm[Organisation]):
    """An organisation's page."""

    logo = LogoField(label=_("Logo"))
    has_no_logo = forms.BooleanField(label=_("Take the logo down"), required=False)

    field_order = ["name", "special", "place", "website", "logo", "has_no_logo", "is_public"]

    class Meta:
        model = Organisation
        fields = ["name", "special", "place", "website", "is_public"]
        widgets = {"special": forms.Textarea({"rows": 8})}
        help_texts = {"special": _("What can people here learn from you? Markdown works here.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            del self.fields["has_no_logo"]

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        validate_display_name(name)
        if organising.bearing(name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(
                _("Another organisation here has this name. If it is the same one, ask site staff to merge them.")
            )
        return name

    def clean_special(self) -> str:
        special: str = self.cleaned_data["special"]
        render(special)
        return special


class HandOnForm(forms.Form):
    """Who looks after an organisation's page from now on."""

    to = forms.ModelChoiceField(
        label=_("Who looks after the page from now on?"),
        queryset=User.objects.none(),
        error_messages={"invalid_choice": _("Choose somebody who works there.")},
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[User]", self.fields["to"]).queryset = people


class MergeForm(forms.Form):
    """Into which organisation a duplicate goes."""

    name = OrganisationField(
        label=_("Which one is it in truth?"),
        widget=forms.TextInput({"list": "organisations"}),
        help_text=_("Its people, its domains and, where the other has none, its page go there."),
    )

    def __init__(self, *args: Any, merged: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merged = merged

    def clean_name(self) -> Organisation:
        found = organising.bearing(self.cleaned_data["name"]).exclude(pk=self.merged.pk).first()
        if found is None:
            raise forms.ValidationError(_("No other organisation here has this name. Choose one from the list."))
        return found


class DomainForm(forms.Form):
    """A mailbox of the organisation's, to which the proof is mailed."""

    address = AddressField(
        label=_("An address there that you read"),
        help_text=_("We mail it a link. Whoever presses the button behind it proves that the domain is yours."),
    )


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

    tags = TagsField(label=_("Tags"), help_text=_("With commas between: people find it by them."))
    logo = LogoField(label=_("Logo"))
    has_no_logo = forms.BooleanField(label=_("Take the logo down"), required=False)

    class Meta:
        model = Community
        fields = [
            "name", "slug", "purpose", "pressing_issue", "audience", "join_rule", "accent", "language", "place", "tags",
            "parent",
        ]  # fmt: skip
        widgets = {
            "purpose": forms.Textarea({"rows": 4}),
            "pressing_issue": forms.Textarea({"rows": 3}),
            "accent": forms.TextInput({"type": "color"}),
        }

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        validate_display_name(name)
        return name

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.initial["tags"] = list(self.instance.tags.order_by("name").values_list("name", flat=True))
        if not self.instance.logo:
            del self.fields["has_no_logo"]
        parents = cast("forms.ModelChoiceField[Community]", self.fields["parent"])
        parents.queryset = possible_parents(self.instance, by=by)
        parents.help_text = _("One that you facilitate too. Who may read either is not changed by it.")
        if not parents.queryset.exists():
            del self.fields["parent"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        name = self.cleaned_data.get("name", "")
        if name and not self.cleaned_data.get("slug") and "slug" not in self.errors:
            self.cleaned_data["slug"] = free_slug(name)
            if not self.cleaned_data["slug"]:
                self.add_error("slug", _("Write an address in small letters a–z: none could be made from this name."))
        return self.cleaned_data

    def save(self, commit: bool = True) -> Community:
        community = super().save(commit)
        if commit:
            change(community)
        if self.cleaned_data["logo"] or self.cleaned_data.get("has_no_logo"):
            hang(community, "logo", self.cleaned_data["logo"])
        return community


class InvitationsForm(AddressListForm):
    """Whom to invite, one or many, as what, with which words."""

    role = forms.ChoiceField(label=_("As"), choices=Role.choices, initial=Role.MEMBER)
    message = forms.CharField(
        label=_("A line to them"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not self.errors and not self.found.addresses:
            self.add_error("addresses", " ".join(dict.fromkeys(line.reason for line in self.found.broken[:3])))
        return self.cleaned_data


class PersonalInvitationForm(forms.Form):
    """One person, and a line to them."""

    email = AddressField(label=_("Their e-mail address"))
    message = forms.CharField(
        label=_("A line to them"),
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Why them, and why here? They read it first; their answer comes to your address."),
    )


class OpenInvitationForm(forms.Form):
    """How many may come in by a link, and for how long."""

    uses_most = forms.IntegerField(label=_("For how many people"), min_value=1, max_value=1000, initial=25)
    days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=365, initial=14)


class RequestForm(forms.Form):
    """What somebody who asks to join would like to solve."""

    line = forms.CharField(
        label=_("What would you like to solve?"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("A line to the facilitators, who read it before they answer."),
    )


class AnswerForm(forms.Form):
    """The answer to some of those who ask to join."""

    ids = forms.TypedMultipleChoiceField(coerce=int)
    line = forms.CharField(required=False, max_length=1000)
    what = forms.ChoiceField(choices=[("accept", ""), ("decline", "")])

    def __init__(self, *args: Any, ids: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedMultipleChoiceField, self.fields["ids"])
        field.choices = [(str(pk), "") for pk in ids]


class LeaveForm(forms.Form):
    """Why somebody leaves, if they want to say."""

    why = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Only facilitators read it."),
    )
    is_unnamed = forms.BooleanField(label=_("Without my name"), required=False)


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


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    reason = forms.CharField(required=False, max_length=1000)
