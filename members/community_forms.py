"""Forms of communities: what one is, asking to join it, and leaving it."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from members.audiences import Audience
from members.fields import tidy_name, validate_display_name
from members.form_fields import LogoField, TagsField
from members.founding import change, free_slug, possible_parents
from members.models import Community, User
from members.picturing import hang


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


class RequestForm(forms.Form):
    """What somebody who asks to join would like to solve."""

    line = forms.CharField(
        label=_("What would you like to solve?"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("A line to the facilitators, who read it before they answer."),
    )


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
