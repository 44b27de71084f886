"""Images and files chosen in a plain form: kept, and put below its text, where no script does that while one types."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.errors import Refused
from cop.files.keeping import keep
from members.models import Community
from members.signing_in import SignedInRequest

FILES_AT_ONCE = 10


@dataclass(frozen=True)
class Typed:
    """What was posted, with the Markdown of its files below the text, and why any of them was not kept."""

    data: QueryDict | None
    refused: Sequence[str] = ()


NOTHING_TYPED = Typed(None)


class FilesInput(forms.FileInput):
    """Chooses several files; where there is JavaScript they are dropped and pasted into the text instead."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files that `typed_with_files` has kept by the time the form is read; nothing is left of them to be cleaned."""

    def __init__(self, **kwargs: Any) -> None:
        plain = {"label": gettext_lazy("Images and files"), "required": False}
        words = {"help_text": gettext_lazy("They are put below the text.")}
        widget = FilesInput({"multiple": True, "data-plain-files": True})
        super().__init__(widget=widget, **{**plain, **words, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> None:
        return None


class FormWithFiles(forms.Form):
    """A text to which files can be added by a plain form; `refused` says which of them were not kept."""

    attached = FilesField()
    field_order = ["kind", "title", "body", "attached"]

    def __init__(self, *args: Any, refused: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = refused

    def clean(self) -> dict[str, Any]:
        super().clean()
        for sentence in self.refused:
            self.add_error("attached", sentence)
        return self.cleaned_data


def typed_with_files(request: SignedInRequest, *, community: Community, audience: str) -> Typed:
    """Give what was posted, if anything was; `refused` says why what was not kept was not.

    What was kept stands in the text and is not lost, whatever else the form lacks.
    """
    if request.method != "POST":
        return NOTHING_TYPED
    chosen = request.FILES.getlist("attached")
    if not chosen:
        return Typed(request.POST)
    data, refused = request.POST.copy(), []
    if len(chosen) > FILES_AT_ONCE:
        left = ", ".join(str(one.name) for one in chosen[FILES_AT_ONCE:])
        words = {"most": FILES_AT_ONCE, "names": left}
        refused.append(_("Choose at most %(most)d files at once. Add these next: %(names)s") % words)
    pieces = [data.get("body", "").rstrip()]
    for upload in chosen[:FILES_AT_ONCE]:
        try:
            pieces.append(keep(upload, community=community, by=request.user, audience=audience))
        except Refused as why:
            refused.append(f"{upload.name}: {' '.join(why.messages)}")
    data["body"] = "\n\n".join(piece for piece in pieces if piece)
    return Typed(data, refused)
