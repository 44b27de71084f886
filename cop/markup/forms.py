"""The field that people write Markdown into."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cop.markup.rendering import LIMIT, too_long


class MarkdownTextarea(forms.Textarea):
    """A text area with a toolbar, a preview and images by drop and paste, where there is JavaScript."""

    template_name = "components/editor.html"


class MarkdownField(forms.CharField):
    """A text in Markdown: not empty, and not longer than can be rendered. `connect` says where its images go."""

    def __init__(self, *, rows: int = 18, **kwargs: Any) -> None:
        super().__init__(widget=MarkdownTextarea({"rows": rows}), strip=False, **kwargs)

    def connect(self, *, upload_url: str, audience: str, people_url: str = "", attach_url: str = "") -> None:
        """Let images and files be uploaded for an audience, the text be previewed, and people be suggested."""
        self.widget.attrs |= {
            "data-preview-url": reverse("markup:preview"),
            "data-upload-url": upload_url,
            "data-audience": audience,
            "data-emoji-url": reverse("markup:emoji"),
        }
        if people_url:
            self.widget.attrs["data-people-url"] = people_url
        if attach_url:
            self.widget.attrs["data-attach-url"] = attach_url

    def clean(self, value: Any) -> str:
        body: str = super().clean(value).replace("\r\n", "\n")
        if len(body) > LIMIT:
            raise forms.ValidationError(too_long(len(body)))
        if self.required and not any(char.isprintable() and not char.isspace() for char in body):
            raise forms.ValidationError(_("Write something before you save."))
        return body
