"""The field that people type tags into."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cop.base.tags import read_tags

LONGEST = 600


class TagsInput(forms.TextInput):
    """A line of tags, completed while it is typed where there is JavaScript."""

    template_name = "components/tags_input.html"


class TagsField(forms.CharField):
    """Tags parted by commas, as a list. `connect` says where those in use are asked for."""

    def __init__(self, **kwargs: Any) -> None:
        plain = {"label": _("Tags"), "required": False, "max_length": LONGEST}
        words = {"help_text": _("A few words, parted by commas.")}
        super().__init__(widget=TagsInput({"autocomplete": "off"}), **{**plain, **words, **kwargs})

    def connect(self, url: str) -> None:
        """Complete what is typed from the tags that an address gives."""
        self.widget.attrs["data-tags-url"] = url

    def clean(self, value: Any) -> Any:
        return read_tags(super().clean(value))
