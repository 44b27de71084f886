"""What this app puts into somebody's copy of their data: posts with their versions, and what was being written."""

from django.utils.translation import gettext as _

from blogs.held_models import HeldPost
from blogs.models import DraftShare, FeedKey, Post, PostDraft, PostRevision
from blogs.quoted_models import QuotedPerson
from blogs.sources import SourceUse
from members.exported import addresses_of
from members.models import User
from members.packing import Kind, Part, kind


def posts(user: User) -> Part:
    """Posts, their versions, drafts, and the feeds that somebody added."""
    yield kind(
        "posts",
        _("Posts that you wrote"),
        Post.objects.filter(author=user).order_by("pk"),
        title=_("Title"),
        blog__name=_("Blog"),
        blog__community__name=_("Community"),
        state=_("State"),
        published_at=_("Published"),
        excerpt=_("Excerpt"),
        body=_("Text"),
    )
    yield kind(
        "held-posts",
        _("Posts of yours that wait or waited for a facilitator"),
        HeldPost.objects.filter(post__author=user).order_by("pk"),
        post__title=_("Title"),
        held_at=_("When"),
        outcome=_("What became of it"),
        settled_at=_("Decided"),
    )
    yield kind(
        "post-versions",
        _("Versions of posts that you saved"),
        PostRevision.objects.filter(by=user).order_by("pk"),
        post=_("Number of the post"),
        version=_("Version"),
        at=_("When"),
        title=_("Title"),
        body=_("Text"),
    )
    yield kind(
        "post-drafts",
        _("What you typed into posts and did not save"),
        PostDraft.objects.filter(by=user).order_by("pk"),
        blog__name=_("Blog"),
        saved_at=_("When"),
        fields=_("Text"),
    )
    yield kind(
        "shared-drafts",
        _("Drafts that you were asked to look at"),
        DraftShare.objects.filter(user=user).order_by("pk"),
        at=_("When"),
        post__title=_("Post"),
    )
    yield kind(
        "sources",
        _("Journals' feeds that you added"),
        SourceUse.objects.filter(added_by=user).order_by("pk"),
        source__url=_("Feed"),
        blog__name=_("Blog"),
        created_at=_("When"),
        note=_("Note"),
    )
    yield kind(
        "feed-keys",
        _("Whether your feed reader may fetch what is not public"),
        FeedKey.objects.filter(user=user),
        user__display_name=_("Yes, for"),
    )

    yield namings(addresses_of(user))


def namings(addresses: list[str]) -> Kind:
    """Give where the words of somebody with these addresses stand, because somebody forwarded them."""
    return kind(
        "quoted",
        _("Posts in which a forwarded mail of yours stands, and whether you agreed to be named"),
        QuotedPerson.objects.filter(address__in=addresses).order_by("pk"),
        noted_at=_("When"),
        post__title=_("Post"),
        name=_("Name"),
        asked_at=_("Asked"),
        answered_at=_("Answered"),
        agrees=_("You agreed"),
    )


PARTS = {"posts": posts}
