"""Forms of protections and of lists of words."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.guarding.listing import MOST_LINES
from cop.guarding.models import Protection, Way, WordList
from members.models import JoinRule

LONGEST_LINE = 100


class ProtectionForm(forms.ModelForm[Protection]):
    """How a community protects itself, with the numbers for newcomers."""

    class Meta:
        model = Protection
        fields = ["way", "newcomer_days", "links", "images", "mentions", "topics_an_hour", "replies_an_hour"]
        widgets = {"way": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        way = self.fields["way"]
        assert isinstance(way, forms.ChoiceField)  # noqa: S101 - for the type checker
        way.choices = Way.choices
        self.fields["newcomer_days"].help_text = _("Left empty: %(count)d, as on the whole site. 0: nobody is.") % {
            "count": settings.NEWCOMER_DAYS
        }

    @property
    def numbers(self) -> list[forms.BoundField]:
        """The fields below the choice."""
        return [self[name] for name in self.fields if name != "way"]

    def clean_way(self) -> str:
        way: str = self.cleaned_data["way"]
        if way == Way.MEMBERS and self.instance.community.join_rule == JoinRule.OPEN:
            raise ValidationError(
                _("Everybody can join here, so everybody could write. Let people ask to join first, in the settings.")
            )
        return way


class WordListForm(forms.ModelForm[WordList]):
    """Words and links, one a line."""

    class Meta:
        model = WordList
        fields = ["words", "links"]
        widgets = {
            "words": forms.Textarea({"rows": 8, "spellcheck": "false", "dir": "auto"}),
            "links": forms.Textarea({"rows": 6, "spellcheck": "false", "dir": "ltr"}),
        }
        help_texts = {
            "words": gettext_lazy(
                "One word or phrase a line. A “*” at the end stands for any ending: casino* finds casinos. "
                "Large and small letters, accents, and letters that only look alike count as the same."
            ),
            "links": gettext_lazy(
                "One address a line: example.com finds it and all below it, example.com/shop only that part."
            ),
        }

    def clean_words(self) -> str:
        return _tidy_lines(self.cleaned_data["words"])

    def clean_links(self) -> str:
        return _tidy_lines(self.cleaned_data["links"])


def _tidy_lines(text: str) -> str:
    lines = list(dict.fromkeys(line for raw in text.replace("\0", "").splitlines() if (line := raw.strip())))
    if len(lines) > MOST_LINES:
        raise ValidationError(_("These are %(count)d lines, and %(most)d are the most: take the oldest out.") % {
            "count": len(lines), "most": MOST_LINES})  # fmt: skip
    if too_long := next((line for line in lines if len(line) > LONGEST_LINE), ""):
        raise ValidationError(
            _("The line that begins “%(start)s” is longer than %(most)d characters: shorten it.")
            % {"start": too_long[:30], "most": LONGEST_LINE}
        )
    return "\n".join(lines)
