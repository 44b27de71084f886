"""Starting topics and replying: rendered once, placed in the tree, told to followers a moment later."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.models import touch
from cop.guarding.newcomers import Acquaintance
from cop.markup.rendering import Rendered, excerpt, render
from cop.notifications import activities
from cop.notifications.following import follow_first
from cop.search import indexing
from discussions import finding, following, holding, mentioning, refusing, vetting
from discussions.models import Draft, Forum, Guest, Kind, Reply, ReplyRevision, Topic, Via
from discussions.paths import below
from discussions.touching import touch_forums
from discussions.vetting import Text
from members.fields import tidy_name
from members.models import User

SUMMARY_LENGTH = 300
SLUG_LENGTH = 80
TRIES = 3
# Who changes something back has not written the same again; so many versions are compared.
EARLIER = 10


@dataclass(frozen=True)
class Writer:
    """Who writes: an account, or a guest without one."""

    user: User | None = None
    guest: Guest | None = None

    @property
    def name(self) -> str:
        """What readers see."""
        return self.user.display_name if self.user else self.guest.name if self.guest else ""


def new_form_key() -> str:
    """Give a key for a form: sent twice, it makes one reply."""
    return secrets.token_urlsafe(24)


def start_topic(
    *,
    title: str,
    body: str,
    by: Writer,
    forum: Forum,
    kind: str = Kind.DISCUSSION,
    tags: list[str] | None = None,
    form_key: str = "",
    via: str = Via.WEB,
    message_id: str = "",
    trimmed: str = "",
    at: datetime | None = None,
    is_vetted: bool = False,
) -> Topic:
    """Start a topic in a forum with its opening message; the same form sent twice gives the same topic.

    Raises Refused for a text too long, for more than somebody new may write, and in an archived community; Held where
    a facilitator looks at it first. What `is_vetted` was looked at.
    """
    if forum.community.is_archived:
        raise Refused(_("This community is archived. A facilitator can open it again in its settings."))
    if twin := _twin(by, form_key):
        return twin.topic
    rendered, at = render(body), at or timezone.now()
    if not is_vetted:
        given = {"forum": forum, "title": tidy_name(title), "kind": kind, "tags": tags or [], "body": body, "via": via}
        text = Text(forum.community, rendered, "\n".join([tidy_name(title), *(tags or [])]), forum.get_absolute_url())
        given |= {"form_key": form_key, "message_id": message_id[:255], "trimmed": trimmed}
        _vet(text, by, given, places=(f"forum:{forum.pk}",))
    topic = Topic(
        community=forum.community,
        forum=forum,
        audience=forum.audience,
        kind=kind,
        title=tidy_name(title),
        starter=by.user,
        guest=by.guest,
        started_at=at,
        last_at=at,
        last_by=by.name[:120],
    )
    topic.slug = slugify(topic.title)[:SLUG_LENGTH].strip("-")
    called = mentioning.called_in(rendered.mentions, community=forum.community, audience=forum.audience, by=by.user)
    opening = _message(rendered, body, by, at, via=via, form_key=form_key)
    opening.message_id, opening.trimmed = message_id[:255], trimmed
    try:
        with transaction.atomic():
            # Held, so that nobody changes the forum's audience between this look and the commit.
            row = Forum.objects.select_for_update(no_key=True).get(pk=forum.pk)
            if row.is_archived:
                raise Refused(_("This forum was archived while you wrote. Copy your text; start the topic elsewhere."))
            topic.audience = row.audience
            topic.save(force_insert=True)
            if tags:
                topic.tags.set(tags)
            opening.topic = topic
            _place(opening, "")
            mentioning.note(opening, called)
            _record(topic, opening)
            _forget_draft(by, f"forum:{forum.pk}")
            touch_forums(forum.pk)
            finding.look_again(topic.pk)
    except IntegrityError:  # The second of two requests with the same form.
        if twin := _twin(by, form_key):
            return twin.topic
        raise
    if by.user:
        follow_first(by.user, following.thing_of_topic(topic), at=at)
    return topic


def reply(
    topic: Topic,
    *,
    body: str,
    by: Writer,
    parent: Reply | None = None,
    form_key: str = "",
    via: str = Via.WEB,
    message_id: str = "",
    trimmed: str = "",
    at: datetime | None = None,
    is_vetted: bool = False,
) -> Reply:
    """Add a message to a topic, below `parent` or below its opening; the same form sent twice gives the same reply.

    Raises Refused where the topic was locked, deleted or merged meanwhile, or the text is too long, or more than
    somebody new may write; Held where a facilitator looks at it first. What `is_vetted` was looked at.
    """
    if twin := _twin(by, form_key):
        return twin
    rendered, at = render(body), at or timezone.now()
    if not is_vetted:
        refusing.refuse_unless_open(topic, by.user)
        given = {"topic": topic, "parent": parent, "body": body, "via": via, "form_key": form_key, "trimmed": trimmed}
        text = Text(topic.community, rendered, "", topic.get_absolute_url(), topic)
        places = (f"topic:{topic.pk}", f"reply:{parent.pk if parent else 0}")
        _vet(text, by, {**given, "message_id": message_id[:255]}, places=places)
    called = mentioning.called_in(rendered.mentions, community=topic.community, audience=topic.audience, by=by.user)
    message = _message(rendered, body, by, at, via=via, form_key=form_key)
    message.topic, message.message_id, message.trimmed = topic, message_id[:255], trimmed
    try:
        with transaction.atomic():
            rows = Topic.objects.select_for_update(no_key=True, of=("self",)).select_related("community", "forum")
            row = rows.get(pk=topic.pk)
            refusing.refuse_unless_open(row, by.user, is_timely=is_vetted)
            above = _above(row, parent)
            message.parent = above
            _place(message, above.path if above else "")
            mentioning.note(message, called)
            counted = row.reply_count + (0 if message.is_opening else 1)
            name = by.name[:120]
            now = timezone.now()
            Topic.objects.filter(pk=row.pk).update(reply_count=counted, last_at=at, last_by=name, updated_at=now)
            _record(row, message)
            _forget_draft(by, f"topic:{row.pk}", f"reply:{above.pk if above else 0}")
            touch_forums(row.forum_id)
            indexing.put(finding.REPLY, message.pk)
    except IntegrityError:
        if twin := _twin(by, form_key):
            return twin
        raise
    if by.user:
        follow_first(by.user, following.thing_of_topic(row), at=at)
    return message


def _vet(text: Text, by: Writer, given: dict[str, Any], *, places: tuple[str, ...]) -> None:
    """Raise Refused for more than somebody new may write, and Held where a facilitator looks at a text first."""
    form_key = given["form_key"] or None
    if form_key and (before := holding.twin(by.user, form_key)):
        raise holding.Held(before)
    writer = Acquaintance(by.user, text.community)
    vetting.limit(text, writer=writer)
    if reason := vetting.reason_to_hold(text, writer=writer, guest=by.guest):
        fields = {**given, "form_key": form_key, "community": text.community, "body_html": text.rendered.html}
        raise holding.hold(reason, places=places, author=by.user, guest=by.guest, **fields)


def _above(topic: Topic, parent: Reply | None) -> Reply | None:
    """Give what is answered: `parent` as it stands now, or what a forum's topic opens with."""
    if parent and (fresh := topic.replies.filter(pk=parent.pk).first()):
        return fresh
    return topic.replies.order_by("path").first() if topic.forum_id else None


def _message(rendered: Rendered, body: str, by: Writer, at: datetime, *, via: str, form_key: str) -> Reply:
    return Reply(
        author=by.user,
        guest=by.guest,
        body=body,
        body_html=rendered.html,
        text=rendered.text,
        markup_version=rendered.version,
        posted_at=at,
        via=via,
        form_key=form_key or None,
    )


def _place(message: Reply, parent_path: str) -> None:
    """Save a message at a free place below `parent_path`."""
    for attempt in range(TRIES):
        message.path = below(parent_path, message.posted_at)
        if not Reply.objects.filter(topic=message.topic, path=message.path).exists() or attempt == TRIES - 1:
            break
    message.save(force_insert=True)


def is_sent(form_key: str, *, by: User) -> bool:
    """Whether a form was sent before and made a message."""
    return _twin(Writer(user=by), form_key) is not None


def _twin(by: Writer, form_key: str) -> Reply | None:
    if not (form_key and by.user):
        return None
    return Reply.objects.filter(author=by.user, form_key=form_key).select_related("topic__community").first()


def _record(topic: Topic, message: Reply) -> None:
    is_start = message.is_opening
    activities.record(
        "started" if is_start else "replied",
        kind="topic" if is_start else "reply",
        object_id=topic.pk if is_start else message.pk,
        title=topic.title,
        url=topic.get_absolute_url() if is_start else message.get_absolute_url(),
        summary=excerpt(message.text, SUMMARY_LENGTH),
        community=topic.community,
        audience=topic.audience,
        thing_kind=following.FORUM if is_start else following.TOPIC,
        thing_id=topic.forum_id if is_start else topic.pk,
        by=message.author,
        at=message.posted_at,
    )


def _forget_draft(by: Writer, *places: str) -> None:
    if by.user:
        Draft.objects.filter(by=by.user, place__in=places).delete()


class Conflict(Refused):
    """Somebody changed this reply meanwhile; `newer` is what stands now."""

    def __init__(self, newer: Reply) -> None:
        super().__init__(_("This was changed since you opened it. Compare below, then save again to keep your words."))
        self.newer = newer


def _refuse_change(message: Reply, rendered: Rendered, *, by: User) -> None:
    """Raise Refused where the message, as it would be, had to wait for a facilitator if it were new."""
    topic = message.topic
    title = topic.title if message.is_opening else ""
    now = Text(topic.community, rendered, title, message.get_absolute_url(), topic)
    before = replace(now, rendered=Rendered(message.body_html, message.text, ()))
    bodies = message.revisions.order_by("-version").values_list("body", flat=True)[:EARLIER]
    vetting.refuse_change(now, before, user=by, earlier=[f"{title}\n{body}" for body in bodies])


def edit(message: Reply, *, body: str, by: User, version: int) -> Reply:
    """Change the words of a reply; what it was before is kept.

    Raises Conflict where `version` is not the newest, and Refused where a new message like this would have waited.
    """
    rendered = render(body)
    topic = message.topic
    called = mentioning.called_in(
        rendered.mentions, community=topic.community, audience=topic.audience, by=message.author
    )
    _refuse_change(message, rendered, by=by)
    with transaction.atomic():
        row = Reply.objects.select_for_update(no_key=True, of=("self",)).select_related("topic").get(pk=message.pk)
        if row.version != version:
            raise Conflict(row)
        if row.body == body:
            return row
        ReplyRevision.objects.get_or_create(
            reply=row, version=row.version, defaults={"body": row.body, "by": row.author, "at": row.posted_at}
        )
        row.body, row.body_html, row.text = body, rendered.html, rendered.text
        row.markup_version, row.version, row.edited_at = rendered.version, row.version + 1, timezone.now()
        row.save(update_fields=["body", "body_html", "text", "markup_version", "version", "edited_at", "updated_at"])
        ReplyRevision.objects.create(reply=row, version=row.version, body=body, by=by)
        mentioning.note(row, called)
        touch(Topic.objects.filter(pk=row.topic_id))
        kind, pk = ("topic", row.topic_id) if row.is_opening else ("reply", row.pk)
        summary = excerpt(row.text, SUMMARY_LENGTH)
        activities.revise(kind, pk, title=row.topic.title, summary=summary, audience=row.topic.audience)
        Draft.objects.filter(by=by, place=f"edit:{row.pk}").delete()
        finding.look_again(row.topic_id, row.pk)
    return row
