"""Forms of the desk."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cop.moderation.kinds import Decision

WORDS_LENGTH = 2000


class DecideForm(forms.Form):
    """What is decided, for which point of the guidelines, with which words to the person."""

    reason = forms.ChoiceField(label=_("Which point of the guidelines"), required=False)
    words = forms.CharField(
        label=_("Words to them"), max_length=WORDS_LENGTH, required=False, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, *args: Any, decisions: Sequence[Decision], points: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)  # noqa: S101 - for the type checker
        reason.choices = [("", _("None in particular")), *((point, point) for point in points)]
        if not any(decision.wants_reason for decision in decisions):
            del self.fields["reason"]
