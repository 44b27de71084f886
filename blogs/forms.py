"""Forms of blogs and posts."""

from datetime import datetime
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from blogs.models import Blog, Post
from cop.base.tag_forms import TagsField
from cop.files.forms import NOTHING_TYPED, Typed
from cop.markup.forms import MarkdownField
from discussions.forms import CommentForm
from members.fields import tidy_name, validate_display_name
from members.models import Community, Membership, User


class BlogForm(forms.ModelForm[Blog]):
    """What a blog is; the address is made from the name where it is left empty."""

    slug = forms.CharField(
        label=_("Address"),
        required=False,
        max_length=50,
        help_text=_("The last part of its address. Leave it empty to have it made from the name. It stays for good."),
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta:
        model = Blog
        fields = ["name", "slug", "description", "audience", "writers", "has_comments"]
        widgets = {"description": forms.Textarea({"rows": 3})}

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        if self.instance.pk:  # Mails and feed readers hold its address.
            del self.fields["slug"]

    def clean_name(self) -> str:
        name = tidy_name(self.cleaned_data["name"])
        validate_display_name(name)
        return name

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        if "name" not in data or "slug" not in data:
            return data
        data["slug"] = data["slug"] or slugify(data["name"])[:50].strip("-")
        if not data["slug"]:
            self.add_error("slug", _("Write an address in small letters a–z: none could be made from this name."))
        elif Blog.objects.filter(community=self.community, slug=data["slug"]).exclude(pk=self.instance.pk).exists():
            self.add_error("slug", _("Another blog of this community has this address; choose another."))
        return data


class PostForm(forms.Form):
    """What is written; `version` is the version that the writer saw."""

    title = forms.CharField(label=_("Title"), max_length=200)
    body = MarkdownField(label=_("Text"))
    tags = TagsField()
    excerpt = forms.CharField(
        label=_("Excerpt"),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Shown in lists and in round-ups by mail; the start of the text if left empty."),
    )
    cover_image = forms.FileField(label=_("Cover image"), required=False, widget=forms.FileInput({"accept": "image/*"}))
    is_cover_removed = forms.BooleanField(label=_("Remove the cover image"), required=False)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, blog: Blog, has_cover: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_cover:
            del self.fields["is_cover_removed"]
        upload_url = reverse("files:image-add", args=[blog.community.slug])
        cast("MarkdownField", self.fields["body"]).connect(upload_url=upload_url, audience=blog.audience)
        cast("TagsField", self.fields["tags"]).connect(reverse("discussions:tags-suggest", args=[blog.community.slug]))

    def clean_title(self) -> str:
        title = tidy_name(self.cleaned_data["title"])
        if not any(char.isalnum() for char in title):
            raise forms.ValidationError(_("Write a title that can be read."))
        return title


class ScheduleForm(forms.Form):
    """When a post is to be published, in the reader's own time zone."""

    publish_at = forms.DateTimeField(
        label=_("Publish at"),
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In your own time zone."),
    )

    def clean_publish_at(self) -> datetime:
        at: datetime = self.cleaned_data["publish_at"]
        if at <= timezone.now():
            raise forms.ValidationError(_("This moment is past. Choose a later one, or publish the post now."))
        return at


class ShareForm(forms.Form):
    """With whom a draft is shared."""

    user = forms.ModelChoiceField(label=_("Member"), queryset=User.objects.none())

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        belonging = Membership.objects.active().filter(community=post.blog.community).values("user")
        people = User.objects.filter(pk__in=belonging).exclude(pk=post.author_id or 0).order_by("display_name")
        self.fields["user"].queryset = people  # type: ignore[attr-defined]


def comment_form(post: Post, typed: Typed = NOTHING_TYPED) -> CommentForm:
    """Give the form of a comment on a post, which is read with its blog, community and topic."""
    community = post.blog.community
    people = reverse("discussions:topic-people", args=[community.slug, post.topic_id]) if post.topic_id else ""
    return CommentForm(
        typed.data, refused=typed.refused, community=community, audience=post.blog.audience, people_url=people
    )
