"""Closing a community well: last words, a page that stays, everything readable, nothing new."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from blogs.models import Post
from cop.base.models import touch
from cop.home.models import About, about_of
from cop.markup.rendering import render
from cop.notifications import activities
from discussions.models import Reply, Topic
from events.models import Occurrence
from members import founding
from members.models import Community, Stage, Tool, User

KIND = "community"


@dataclass(frozen=True)
class Legacy:
    """What a community leaves, in numbers that anybody may know who may read it."""

    people: int
    topics: int
    replies: int
    posts: int
    meetings: int


def close(community: Community, *, last_words: str, by: User) -> bool:
    """Say the last words and keep the community for reading; tell whether that was new. Raises Refused."""
    rendered = render(last_words)
    with transaction.atomic():
        row = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        about = About.objects.filter(community=row).first() or about_of(row)
        about.last_words, about.last_words_html = last_words, rendered.html
        about.save()
        Community.objects.filter(pk=row.pk).update(stage=Stage.CLOSING)
        is_new = founding.archive(row, by=by)
        if is_new:
            activities.record(
                "closed",
                kind=KIND,
                object_id=row.pk,
                title=_("%(name)s says good-bye") % {"name": row.name},
                url=row.get_absolute_url(),
                summary=rendered.text[:300],
                community=row,
                audience=row.audience,
                by=by,
            )
        touch(Community.objects.filter(pk=row.pk))
    return is_new


def open_again(community: Community, *, by: User) -> bool:
    """Open a closed community for writing; its last words are no longer shown. Tell whether it was closed."""
    with transaction.atomic():
        is_new = founding.restore(community, by=by)
        if is_new:
            Community.objects.filter(pk=community.pk, stage=Stage.CLOSING).update(stage=Stage.RESTING)
            activities.withdraw(KIND, community.pk)
    return is_new


def exports_of(community: Community) -> list[tuple[str, str]]:
    """Give what can be taken along, as (label, path): each forum as an archive, each blog's feed, the calendar."""
    slug = community.slug
    forums = [
        (
            _("%(name)s, as %(form)s") % {"name": name, "form": form},
            reverse("discussions:forum-export", args=[slug, at, form]),
        )
        for name, at in community.forums.values_list("name", "slug")
        for form in ("mbox", "jsonl")
    ]
    blogs = [
        (_("%(name)s, as a feed") % {"name": name}, reverse("blogs:blog-feed", args=[slug, at, "atom"]))
        for name, at in community.blogs.values_list("name", "slug")
    ]
    calendar = [(_("All events, as a calendar"), reverse("events:community-calendar", args=[slug]))]
    return [*forums, *blogs, *(calendar if Tool.EVENTS in community.tools else [])]


def legacy_of(community: Community) -> Legacy:
    """Count what a closed community leaves behind; five queries, for a page part that is kept."""
    topics = Topic.objects.standing().filter(community=community, forum__isnull=False)
    return Legacy(
        people=community.memberships.active().count(),
        topics=topics.count(),
        replies=Reply.objects.standing().filter(topic__in=topics).count(),
        posts=Post.objects.published().filter(blog__community=community).count(),
        meetings=Occurrence.objects.filter(event__in=community.events.standing(), cancelled_at=None).count(),
    )
