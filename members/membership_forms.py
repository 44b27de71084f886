"""Forms by which facilitators decide about memberships."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from members.roles import Role


class AnswerForm(forms.Form):
    """The answer to some of those who ask to join."""

    ids = forms.TypedMultipleChoiceField(coerce=int)
    line = forms.CharField(required=False, max_length=1000)
    what = forms.ChoiceField(choices=[("accept", ""), ("decline", "")])

    def __init__(self, *args: Any, ids: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedMultipleChoiceField, self.fields["ids"])
        field.choices = [(str(pk), "") for pk in ids]


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    reason = forms.CharField(required=False, max_length=1000)
