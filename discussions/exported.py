"""What this app puts into somebody's copy of their data: what they wrote, thanked, kept, and how far they read."""

from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from discussions.archives.models import Import
from discussions.held_models import HeldText
from discussions.help_models import HelpInvitation, HelpRequest
from discussions.mention_models import Mention
from discussions.models import Bookmark, Draft, Guest, ReadMark, Reply, ReplyRevision, SameQuestion, Thanks, Topic
from members.exported import addresses_of
from members.models import User
from members.packing import Part, kind


def _in(rows: QuerySet[Any], user: User, topic: str) -> QuerySet[Any]:
    """Add what the topic of each row is called, where the person may still read it."""
    readable = Topic.objects.visible_to(user).filter(pk=OuterRef(topic))
    named = When(Exists(readable), then=F(f"{topic}__title"))
    named_rows: QuerySet[Any] = rows.annotate(where=Case(named, default=Value(""), output_field=CharField()))
    return named_rows


def written(user: User) -> Part:
    """Topics, replies with what they said before, summaries and drafts."""
    own = Q(starter=user) | Q(guest__user=user)
    yield kind(
        "topics",
        _("Topics that you started"),
        Topic.objects.filter(own).order_by("pk"),
        title=_("Title"),
        community__name=_("Community"),
        forum__name=_("Forum"),
        started_at=_("Started"),
        deleted_at=_("Deleted"),
        reply_count=_("Replies"),
    )
    replies = Reply.objects.filter(Q(author=user) | Q(guest__user=user))
    yield kind(
        "replies",
        _("Messages that you wrote in topics"),
        _in(replies, user, "topic").order_by("pk"),
        where=_("Topic"),
        posted_at=_("Written"),
        edited_at=_("Changed"),
        deleted_at=_("Deleted"),
        via=_("How"),
        body=_("Text"),
        trimmed=_("What was cut off your mail"),
        thanks_count=_("Thanks"),
        accepted_at=_("Accepted as the answer"),
    )
    yield kind(
        "reply-versions",
        _("Earlier versions of your messages"),
        ReplyRevision.objects.filter(Q(reply__in=replies.values("pk")) | Q(by=user)).order_by("pk"),
        reply=_("Number of the message"),
        version=_("Version"),
        at=_("When"),
        body=_("Text"),
    )
    yield kind(
        "summaries",
        _("What we found: summaries that you wrote"),
        Topic.objects.filter(summary_by=user).order_by("pk"),
        title=_("Topic"),
        summary=_("Text"),
    )
    yield kind(
        "drafts",
        _("Drafts of topics and replies"),
        Draft.objects.filter(by=user).order_by("pk"),
        place=_("Where"),
        saved_at=_("Saved"),
        fields=_("Text"),
    )
    yield kind(
        "held",
        _("What waits or waited for a facilitator"),
        HeldText.objects.filter(Q(author=user) | Q(guest__user=user)).order_by("pk"),
        community__name=_("Community"),
        held_at=_("Written"),
        title=_("Title"),
        body=_("Text"),
        outcome=_("What became of it"),
    )
    yield kind(
        "as-guest",
        _("What you wrote before you had an account"),
        Guest.objects.filter(user=user).order_by("pk"),
        name=_("Name"),
        community__name=_("Community"),
        created_at=_("Since"),
    )
    yield from questions(addresses_of(user))
    yield kind(
        "imports",
        _("Archives that you took in"),
        Import.objects.filter(by=user).order_by("pk"),
        name=_("File"),
        created_at=_("When"),
        forum__name=_("Forum"),
        total=_("Messages"),
    )


def questions(addresses: list[str]) -> Part:
    """Questions from outside, of an account's addresses or an outside reader's."""
    yield kind(
        "questions",
        _("Questions that you asked from outside"),
        HelpRequest.objects.filter(address__in=addresses).order_by("pk"),
        asked_at=_("When"),
        address=_("Address"),
        name=_("Name"),
        title=_("Question"),
        body=_("Text"),
        network=_("From which network"),
    )


def done(user: User) -> Part:
    """Thanks, bookmarks, mentions, and how far topics were read."""
    for name, title, model in (
        ("thanks", _("What you gave thanks for"), Thanks),
        ("bookmarks", _("Bookmarks"), Bookmark),
        ("mentions", _("Where you were called by name"), Mention),
    ):
        more = {"remind_at": _("Remind me")} if model is Bookmark else {}
        yield kind(
            name,
            title,
            _in(model.objects.filter(user=user), user, "reply__topic").order_by("pk"),
            at=_("When"),
            where=_("Topic"),
            reply=_("Number of the message"),
            **more,
        )
    yield kind(
        "same-questions",
        _("Questions that you have too"),
        _in(SameQuestion.objects.filter(user=user), user, "topic").order_by("pk"),
        at=_("When"),
        where=_("Topic"),
    )
    yield kind(
        "asked-to-help",
        _("Questions that you were asked to help with"),
        _in(HelpInvitation.objects.filter(user=user), user, "topic").order_by("pk"),
        at=_("When"),
        where=_("Topic"),
    )
    yield kind(
        "read",
        _("How far you have read"),
        _in(ReadMark.objects.filter(user=user), user, "topic").order_by("pk"),
        at=_("When"),
        where=_("Topic"),
        up_to=_("Up to message"),
    )


PARTS = {"written": written, "done": done}
