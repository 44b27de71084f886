"""Forms of forums, topics and replies."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cop.base.addresses import AddressField
from cop.base.tag_forms import TagsField
from cop.base.traps import Trapped
from cop.files.forms import FormWithFiles
from cop.markup.forms import MarkdownField
from discussions.models import Forum, Kind, Topic
from discussions.writing import new_form_key
from members.audiences import Audience
from members.fields import tidy_name, validate_display_name
from members.models import Community


class ForumForm(forms.ModelForm[Forum]):
    """What a forum is; the address is made from the name where it is left empty."""

    slug = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=50,
        help_text=_("The last part of its address. Leave it empty to have it made from the name. It stays for good."),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta:
        model = Forum
        fields = ["name", "slug", "description", "audience", "starters", "is_help"]
        widgets = {"description": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        if self.instance.pk:  # Mails hold its address.
            del self.fields["slug"]

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        validate_display_name(name)
        return name

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if data.get("is_help") and data.get("audience") != Audience.PUBLIC:
            self.add_error("is_help", _("Outside readers can only ask where everybody on the web may read."))
        if "name" in data and "slug" in data:
            data["slug"] = data["slug"] or slugify(data["name"])[:50].strip("-")
            others = Forum.objects.filter(community=self.community).exclude(pk=self.instance.pk)
            if not data["slug"]:
                self.add_error("slug", _("Write an address in small letters a–z: none could be made from this name."))
            elif others.filter(slug=data["slug"]).exists():
                self.add_error("slug", _("Another forum of this community has this address; choose another."))
        return data


def clean_title(title: str) -> str:
    """Tidy a title; raise ValidationError for one that nobody could read."""
    title = tidy_name(title)
    if not any(char.isalnum() for char in title):
        raise ValidationError(_("Write a title that can be read."))
    return title


def connect(form: forms.Form, community: Community, audience: str, people_url: str) -> None:
    """Let images and files be put into a form's text, for its readers, and these be called by name."""
    upload_url = reverse("files:image-add", args=[community.slug])
    body = cast(MarkdownField, form.fields["body"])
    attach_url = reverse("files:attachment-add", args=[community.slug])
    body.connect(upload_url=upload_url, audience=audience, people_url=people_url, attach_url=attach_url)


def connect_tags(form: forms.Form, community: Community) -> None:
    """Complete a form's tags from those in use in a community."""
    cast(TagsField, form.fields["tags"]).connect(reverse("discussions:tags-suggest", args=[community.slug]))


def connect_in(form: forms.Form, topic: Topic) -> None:
    """The same for a form about a topic that is there."""
    people_url = reverse("discussions:topic-people", args=[topic.community.slug, topic.pk])
    connect(form, topic.community, topic.audience, people_url)


class TopicForm(FormWithFiles):
    """A new topic."""

    kind = forms.ChoiceField(
        label=_("What is it"), choices=Kind.choices, widget=forms.RadioSelect, initial=Kind.DISCUSSION
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    body = MarkdownField(label=_("Text"), rows=12)
    tags = TagsField()
    form_key = forms.CharField(max_length=43, required=False, widget=forms.HiddenInput, initial=new_form_key)

    def __init__(self, *args: Any, forum: Forum, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = [forum.community.slug, forum.slug]
        people_url = reverse("discussions:forum-people", args=place)
        self.fields["title"].widget.attrs["data-similar"] = reverse("discussions:topics-similar", args=place)
        connect(self, forum.community, forum.audience, people_url)
        connect_tags(self, forum.community)

    def clean_title(self) -> str:
        return clean_title(self.cleaned_data["title"])


class HelpForm(Trapped):
    """A question from outside, with the address that it is answered to."""

    title = forms.CharField(label=_("Your question"), max_length=200, help_text=_("In one sentence."))
    body = forms.CharField(
        label=_("More about it"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("What did you try, and what should come out of it?"),
    )
    name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput({"autocomplete": "name"}),
        help_text=_("It stands beside your question, for everybody to read."),
    )  # fmt: skip
    address = AddressField(
        label=_("Your e-mail address"),
        help_text=_("Nobody sees it. You get a mail with one button first, then each answer."),
    )

    def clean_title(self) -> str:
        return clean_title(self.cleaned_data["title"])

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        validate_display_name(name)
        return name


class ReplyForm(FormWithFiles):
    """A reply; `seen` is the last reply that its writer had seen when the form was made."""

    body = MarkdownField(label=_("Your reply"), rows=7)
    form_key = forms.CharField(max_length=43, required=False, widget=forms.HiddenInput, initial=new_form_key)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        connect_in(self, topic)


class CommentForm(FormWithFiles):
    """A comment on something; `people_url` finds those who may be called by name in it."""

    body = MarkdownField(label=_("Your comment"), rows=5)
    form_key = forms.CharField(max_length=43, required=False, widget=forms.HiddenInput, initial=new_form_key)

    def __init__(self, *args: Any, community: Community, audience: str, people_url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        connect(self, community, audience, people_url)


class EditForm(FormWithFiles):
    """Other words for a reply; `version` is the one that its writer saw."""

    body = MarkdownField(label=_("Text"), rows=12)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        connect_in(self, topic)


class RenameForm(forms.Form):
    """Another title, other tags."""

    title = forms.CharField(label=_("Title"), max_length=200)
    tags = TagsField()

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        connect_tags(self, community)

    def clean_title(self) -> str:
        return clean_title(self.cleaned_data["title"])


class MoveForm(forms.Form):
    """Another forum of the same community."""

    forum = forms.ModelChoiceField(label=_("Move to"), queryset=Forum.objects.none())

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Forum.objects.filter(community=topic.community, archived_at=None).exclude(pk=topic.forum_id or 0)
        self.fields["forum"].queryset = others  # type: ignore[attr-defined]


class MergeForm(forms.Form):
    """The topic that this one becomes part of, by the number in its address."""

    into = forms.RegexField(
        r"(?:.*/t/)?(\d{1,18})(?:/.*)?",
        label=_("Merge into"),
        strip=True,
        help_text=_("The address of the other topic."),
        error_messages={"invalid": _("Paste the address of a topic of this community.")},
    )

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topic = topic

    def clean_into(self) -> Topic:
        given: str = self.cleaned_data["into"]
        number = given.rpartition("/t/")[2].partition("/")[0]
        others = Topic.objects.standing().filter(community=self.topic.community).exclude(pk=self.topic.pk)
        found = others.filter(pk=int(number)).first() if number.isdecimal() else None
        if found is None:
            raise ValidationError(_("Paste the address of another topic of this community."))
        return found


class SlowForm(forms.Form):
    """How long people wait between two replies."""

    minutes = forms.TypedChoiceField(
        label=_("Between two replies, everybody waits"),
        coerce=int,
        choices=[
            (0, _("not at all")),
            (5, _("5 minutes")),
            (15, _("15 minutes")),
            (60, _("an hour")),
            (1440, _("a day")),
        ],
        help_text=_("Facilitators reply at any time."),
    )


class SplitForm(forms.Form):
    """The title of the topic that a branch becomes."""

    title = forms.CharField(label=_("Title of the new topic"), max_length=200)

    def clean_title(self) -> str:
        return clean_title(self.cleaned_data["title"])


class SummaryForm(forms.Form):
    """What a conversation found; empty to take it away."""

    body = MarkdownField(label=_("What we found"), rows=6, required=False, max_length=5000)

    def __init__(self, *args: Any, topic: Topic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        connect_in(self, topic)


class ReminderForm(forms.Form):
    """When to be reminded of a reply; not at all if left empty."""

    remind_at = forms.DateTimeField(
        label=_("Remind me"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("By mail, in your own time zone. Leave it empty to only keep the reply."),
    )

    def clean_remind_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["remind_at"]
        if at and at <= timezone.now():
            raise ValidationError(_("This moment is past. Choose a later one."))
        if at and at > timezone.now() + timedelta(days=3660):
            raise ValidationError(_("Choose a moment within ten years."))
        return at
