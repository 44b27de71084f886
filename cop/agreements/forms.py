"""Forms of commitments."""

from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.agreements.commitment_models import TEXT_LENGTH, WORD_LENGTH
from cop.agreements.committing import may_be_asked
from members.fields import tidy_name
from members.models import Community, User

PEOPLE_SHOWN = 500


class DayInput(forms.DateInput):
    """A day, chosen where the browser has a calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__({"min": timezone.localdate().isoformat()}, format="%Y-%m-%d")


class FirstPeople(ModelChoiceIterator[User]):
    """The people to choose from, as far as a list can be read; whoever is not shown can be asked all the same."""

    def __iter__(self) -> Any:
        self.queryset = self.queryset[:PEOPLE_SHOWN]
        return super().__iter__()


class PersonField(forms.ModelChoiceField[User]):
    """One of the people who can be asked."""

    iterator = FirstPeople


class CommitmentForm(forms.Form):
    """I do … by …; or could you …?"""

    text = forms.CharField(label=_("What"), max_length=TEXT_LENGTH, help_text=_("One thing, small enough to be done."))
    due_on = forms.DateField(label=_("By when"))
    person = PersonField(
        User.objects.none(),
        label=_("Who"),
        required=False,
        empty_label=_("I do it myself"),
        help_text=_("Whoever you ask gets a mail; it counts once they say yes."),
    )

    def __init__(self, *args: Any, community: Community, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].widget = DayInput()
        people = self.fields["person"]
        assert isinstance(people, PersonField)  # noqa: S101 - for the type checker
        others = may_be_asked(community).exclude(user=by).values("user")
        people.queryset = User.objects.filter(pk__in=others).order_by("display_name")

    def clean_text(self) -> str:
        return tidy_name(self.cleaned_data["text"])


class WordForm(forms.Form):
    """A few words on what came of it."""

    word = forms.CharField(label=_("A word on it"), max_length=WORD_LENGTH, required=False)

    def clean_word(self) -> str:
        return tidy_name(self.cleaned_data["word"])


class MoveForm(forms.Form):
    """Another day."""

    due_on = forms.DateField(label=_("Another day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].widget = DayInput()
