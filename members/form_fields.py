"""Fields that forms of people, organisations and communities share."""

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from cop.base.zones import zone_names
from members.fields import tidy_name, validate_display_name
from members.picturing import logo_of

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
