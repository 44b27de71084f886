"""What a tool holds when it is switched on: a first draft made from the answers, so that nobody begins with nothing."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from blogs import rearranging
from blogs.models import Blog, Post
from blogs.saving import save_post
from cop.home import telling_about
from cop.home.models import Need
from discussions import opening
from discussions.models import Forum, Kind, Topic
from discussions.writing import Writer, start_topic
from events.models import Event
from events.saving import Plan, add_event
from members.audiences import Audience
from members.models import Community, Tool, User

DAYS_AHEAD = 14


def fill(community: Community, answers: dict[str, Any], *, by: User) -> None:
    """Write the page about it and a first draft in the tool it begins with; what is there already stays."""
    telling_about.draft(community)
    for tool in community.tools[:1]:
        draft(community, tool, by=by)
    if answers.get("need") == Need.INFORM and answers.get("asks_outside"):
        _help_forum(community)


def draft(community: Community, tool: str, *, by: User) -> None:
    """Put a first draft into a tool that holds nothing yet."""
    DRAFTS[Tool(tool)](community, by)


def _discuss(community: Community, by: User) -> None:
    forum = community.forums.first() or opening.open_forum(
        Forum(
            community=community,
            name=_("Questions and ideas"),
            slug="questions",
            description=_("Ask what you wonder about, tell what you tried."),
            audience=community.audience,
        )
    )
    if Topic.objects.filter(community=community, forum__isnull=False).exists():
        return
    issue = community.pressing_issue or community.purpose
    start_topic(
        title=_("Welcome: what brings you here?"),
        body=_(
            "Welcome to %(name)s. We begin with what presses most:\n\n> %(issue)s\n\n"
            "Please say in a reply who you are, where you meet this, and what you have tried so far. "
            "A sentence is enough."
        )
        % {"name": community.name, "issue": "\n> ".join(issue.splitlines())},
        kind=Kind.DISCUSSION,
        is_vetted=True,
        by=Writer(user=by),
        forum=forum,
    )


def _help_forum(community: Community) -> None:
    if community.forums.filter(is_help=True).exists():
        return
    opening.open_forum(
        Forum(
            community=community,
            name=_("Ask us"),
            slug="ask",
            description=_("Questions from outside; we answer here and by mail."),
            audience=Audience.PUBLIC,
            is_help=True,
        )
    )


def _blog(community: Community, by: User) -> None:
    blog = community.blogs.first()
    if blog is None:
        blog = rearranging.open_blog(
            Blog(
                community=community,
                name=_("News"),
                slug="news",
                description=_("What is new in %(name)s.") % {"name": community.name},
                audience=Audience.PUBLIC,
            )
        )
    if Post.objects.filter(blog__community=community).exists():
        return
    issue = community.pressing_issue or community.purpose
    save_post(
        Post(blog=blog, author=by),
        title=_("What we work on"),
        body=_(
            "This is a first draft: change what you like, then publish it.\n\n"
            "%(name)s begins with what presses most:\n\n> %(issue)s\n\n"
            "Here we tell what we find out, in short posts. You can get them by mail: leave your address below."
        )
        % {"name": community.name, "issue": "\n> ".join(issue.splitlines())},
        by=by,
    )


def _meet(community: Community, by: User) -> None:
    if Event.objects.filter(community=community).exists():
        return
    day = timezone.now().date() + timedelta(days=DAYS_AHEAD)
    issue = community.pressing_issue or community.purpose
    fields = {
        "title": _("First meeting"),
        "body": _("We get to know each other, and look at what presses most:\n\n> %(issue)s")
        % {"issue": "\n> ".join(issue.splitlines())},
        "timezone": by.timezone,
        "first_day": day,
        "last_day": day,
        "first_time": time(15, 0),
        "last_time": time(16, 0),
        "audience": community.audience,
    }
    add_event(community, Plan(fields), by=by)


DRAFTS: dict[Tool, Callable[[Community, User], None]] = {
    Tool.DISCUSSIONS: _discuss,
    Tool.BLOGS: _blog,
    Tool.EVENTS: _meet,
}


def published() -> dict[str, Exists]:
    """Give the conditions, over communities, that something was published in each tool."""
    return {
        "has_post": Exists(Post.objects.filter(blog__community=OuterRef("pk"), published_at__isnull=False)),
        "has_reply": Exists(Topic.objects.standing().filter(community=OuterRef("pk"), reply_count__gt=0)),
        "has_event": Exists(Event.objects.standing().filter(community=OuterRef("pk"))),
    }
