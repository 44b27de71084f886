"""What is done to topics and replies: taking back, hiding, locking, pinning, moving, merging, splitting, renaming."""

from datetime import datetime

from django.db import transaction
from django.db.models import CharField, F, Max, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cop.agreements import moving
from cop.base.errors import Refused
from cop.base.models import touch
from cop.markup.rendering import render
from cop.notifications import activities
from cop.notifications.models import Activity
from discussions import answering, carrying_files, drafting, finding, following
from discussions.models import Forum, Reply, Topic
from discussions.paths import KEY_LENGTH, PATH_LENGTH
from discussions.telling import UNDO
from discussions.touching import touch_forums
from members.fields import tidy_name
from members.models import Community, User

BATCH = 2000


def can_undo(reply: Reply, *, at: datetime | None = None) -> bool:
    """Whether nobody was told of a reply yet, so that its author can take it back as if it had never been."""
    return reply.told_at is None and (at or timezone.now()) - reply.posted_at < UNDO


def take_back(reply: Reply, *, by: User | None) -> bool:
    """Delete a reply; where nobody was told yet its words become its author's draft again, and nothing of it is left.

    Something is left of what was answered meanwhile. Tells whether that was new.
    """
    with transaction.atomic():
        topic = Topic.objects.select_for_update(no_key=True).get(pk=reply.topic_id)
        row = Reply.objects.select_related("topic").get(pk=reply.pk)
        if row.deleted_at:
            return False
        is_undone = by is not None and by.pk == row.author_id and can_undo(row)
        if row.is_opening:
            if by and is_undone and topic.forum_id:
                drafting.keep_written(row, place=f"forum:{topic.forum_id}", by=by)
            return delete_topic(topic, by=by)
        Reply.objects.filter(pk=row.pk).update(deleted_at=timezone.now())
        _after_loss(topic, row)
        if by and is_undone:
            drafting.keep_written(row, place=_written_at(row), by=by)
            if not row.children.exists():
                row.delete()
    return True


def _written_at(reply: Reply) -> str:
    """Give the draft's place where a reply is written: what answers the opening is written below the topic."""
    above = Reply.objects.filter(children=reply).select_related("topic").first()
    return f"reply:{above.pk}" if above and not above.is_opening else f"topic:{reply.topic_id}"


def hide(reply: Reply, *, by: User | None) -> bool:
    """Show a reply's words to nobody but facilitators; tell whether that was new."""
    with transaction.atomic():
        topic = Topic.objects.select_for_update(no_key=True).get(pk=reply.topic_id)
        if not Reply.objects.filter(pk=reply.pk, hidden_at=None).update(hidden_at=timezone.now()):
            return False
        _after_loss(topic, reply)
    return True


def show(reply: Reply, *, by: User | None) -> bool:
    """Show a hidden reply again; tell whether it was hidden."""
    return _return(reply, "hidden_at")


def restore(reply: Reply, *, by: User | None) -> bool:
    """Bring a deleted reply back; tell whether it was deleted. What opens a topic comes back with it."""
    if reply.is_opening:
        return bring_back(reply.topic, by=by)
    return _return(reply, "deleted_at")


def _return(reply: Reply, gone: str) -> bool:
    with transaction.atomic():
        topic = Topic.objects.select_for_update(no_key=True).get(pk=reply.topic_id)
        if not Reply.objects.filter(pk=reply.pk, **{f"{gone}__isnull": False}).update(**{gone: None}):
            return False
        recount(topic)
        retell(topic)
        finding.look_again(reply.topic_id, reply.pk)
    return True


def _after_loss(topic: Topic, reply: Reply) -> None:
    """Let counts, answers, activities and the search know that a reply is no longer read."""
    recount(topic)
    if reply.accepted_at:
        answering.reckon(topic)
    retell(topic)
    finding.look_again(topic.pk, reply.pk)


def delete_topic(topic: Topic, *, by: User | None) -> bool:
    """Take a whole topic away; its rows stay and can be brought back. Tell whether that was new."""
    with transaction.atomic():
        if not Topic.objects.filter(pk=topic.pk, deleted_at=None).update(deleted_at=timezone.now()):
            return False
        retell(topic)
        _find_again(topic)
        touch_forums(topic.forum_id)
    return True


def bring_back(topic: Topic, *, by: User | None) -> bool:
    """Bring a deleted topic back; tell whether it was deleted."""
    with transaction.atomic():
        if not Topic.objects.filter(pk=topic.pk, deleted_at__isnull=False).update(deleted_at=None):
            return False
        retell(topic)
        _find_again(topic)
        touch_forums(topic.forum_id)
    return True


def set_hidden(topic: Topic, is_hidden: bool, *, by: User | None) -> None:
    """Show a whole topic to nobody but facilitators, or to its readers again."""
    with transaction.atomic():
        _set(topic, hidden_at=timezone.now() if is_hidden else None)
        retell(topic)
        _find_again(topic)


def set_locked(topic: Topic, is_locked: bool, *, by: User | None) -> None:
    """Let only facilitators write in a topic, or all members again."""
    _set(topic, locked_at=timezone.now() if is_locked else None)


def set_slow(topic: Topic, minutes: int, *, by: User | None) -> None:
    """Let everybody but facilitators wait between two replies of theirs; 0 minutes for no longer."""
    _set(topic, slow_minutes=minutes or None)


def set_pinned(topic: Topic, is_pinned: bool, *, by: User) -> None:
    """Keep a topic on top of its forum, or no longer."""
    _set(topic, pinned_at=timezone.now() if is_pinned else None)


def _set(topic: Topic, **values: object) -> None:
    Topic.objects.filter(pk=topic.pk).update(**values, updated_at=timezone.now())
    touch_forums(topic.forum_id)


def rename(topic: Topic, *, title: str, tags: list[str], by: User) -> Topic:
    """Give a topic another title and other tags; old links lead to it still."""
    with transaction.atomic():
        row = Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
        row.title, row.slug = tidy_name(title), slugify(title)[:80].strip("-")
        row.save(update_fields=["title", "slug", "updated_at"])
        row.tags.set(tags)
        opening = row.replies.order_by("path").first()
        summary = opening.text[:300] if opening else ""
        url = row.get_absolute_url()
        activities.revise("topic", row.pk, title=row.title, summary=summary, audience=row.audience, url=url)
        _find_again(row)
        touch_forums(row.forum_id)
    return row


def move(topic: Topic, *, forum: Forum, by: User) -> Topic:
    """Put a topic into another forum of its community; it is then read by that forum's audience."""
    if forum.community_id != topic.community_id:
        raise Refused({"forum": _("A topic can be moved to a forum of its own community only.")})
    with transaction.atomic():
        target = Forum.objects.select_for_update(no_key=True).get(pk=forum.pk)
        row = Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
        old = row.forum_id
        row.forum, row.audience = target, target.audience
        row.save(update_fields=["forum", "audience", "updated_at"])
        retell(row)
        moving.carry(following.TOPIC, [row.pk], audience=target.audience, thing_id=target.pk)
        opening = row.replies.order_by("path").first()
        summary = opening.text[:300] if opening else ""
        activities.revise("topic", row.pk, title=row.title, summary=summary, audience=target.audience)
        _carry_files(row)
        _find_again(row)
        touch_forums(old, target.pk)
    return row


def _carry_files(topic: Topic) -> None:
    rows = Topic.objects.filter(pk=topic.pk)
    carrying_files.follow(rows, community_id=topic.community_id, audience=topic.audience)


def merge(topic: Topic, *, into: Topic, by: User) -> Topic:
    """Make all messages of a topic part of another one, below what that one opens with; the old address leads there."""
    if topic.pk == into.pk or topic.community_id != into.community_id:
        raise Refused({"into": _("Choose another topic of this community.")})
    with transaction.atomic():
        rows = {
            row.pk: row
            for row in Topic.objects.select_for_update(no_key=True).filter(pk__in=[topic.pk, into.pk]).order_by("pk")
        }
        source, target = rows[topic.pk], rows[into.pk]
        if source.merged_into_id or target.merged_into_id or target.deleted_at:
            raise Refused({"into": _("That topic was merged or taken away meanwhile.")})
        opening = target.replies.order_by("path").first()
        prefix = opening.path if opening else ""
        deepest = source.replies.aggregate(most=Max(Length("path")))["most"] or 0
        if deepest + len(prefix) > PATH_LENGTH:
            raise Refused({"into": _("This topic is nested too deeply to be merged.")})
        if source.hidden_at:  # What was hidden as a whole stays hidden message by message.
            source.replies.filter(hidden_at=None).update(hidden_at=source.hidden_at)
        source.replies.filter(parent=None).update(parent=opening)
        source.replies.update(topic=target, path=Concat(Value(prefix), F("path"), output_field=CharField()))
        Topic.objects.filter(pk=source.pk).update(merged_into=target, deleted_at=timezone.now(), reply_count=0)
        activities.withdraw("topic", source.pk)
        recount(target)
        retell(target)
        _carry_files(target)
        _find_again(target)
        finding.look_again(source.pk)
        touch_forums(source.forum_id, target.forum_id)
    return target


def split(reply: Reply, *, title: str, by: User) -> Topic:
    """Make a reply and all below it a topic of its own, in the same forum."""
    with transaction.atomic():
        source = Topic.objects.select_for_update(no_key=True).get(pk=reply.topic_id)
        row = Reply.objects.select_related("topic", "author", "guest").get(pk=reply.pk)
        if row.topic_id != source.pk or row.is_opening or source.forum_id is None:
            raise Refused({"title": _("Only a reply within a forum's topic can begin a topic of its own.")})
        new = Topic.objects.create(
            community=source.community,
            forum=source.forum,
            audience=source.audience,
            title=tidy_name(title),
            slug=slugify(title)[:80].strip("-"),
            starter=row.author,
            guest=row.guest,
            started_at=row.posted_at,
            hidden_at=source.hidden_at,
        )
        above = len(row.path) - KEY_LENGTH
        branch = source.replies.branch(row.path)
        branch.update(topic=new, path=Substr("path", above + 1), accepted_at=None, accepted_by=None)
        Reply.objects.filter(pk=row.pk).update(parent=None)
        recount(source)
        recount(new)
        answering.reckon(source)
        row.refresh_from_db()
        activities.record(
            "started",
            kind="topic",
            object_id=new.pk,
            title=new.title,
            url=new.get_absolute_url(),
            summary=row.text[:300],
            community=new.community,
            audience=new.audience,
            thing_kind=following.FORUM,
            thing_id=new.forum_id,
            by=row.author,
        )
        retell(source)
        retell(new)
        _find_again(new)
    return new


def recount(topic: Topic) -> None:
    """Count a topic's replies anew and find the last one."""
    standing = topic.replies.standing()
    replies = standing.exclude(parent=None) if topic.forum_id else standing
    last = standing.select_related("author", "guest").order_by("-posted_at", "-pk").first()
    Topic.objects.filter(pk=topic.pk).update(
        reply_count=replies.count(),
        last_at=last.posted_at if last else topic.started_at,
        last_by=last.author_name[:120] if last else "",
        updated_at=timezone.now(),
    )
    touch_forums(topic.forum_id)


def retell(topic: Topic) -> None:
    """Let the community's story say of a topic and its replies what can be read today, and by whom.

    Looks at all of its lines, so that it is right after whatever was done: moved, merged, split, hidden, brought back.
    """
    row = Topic.objects.get(pk=topic.pk)
    now, is_gone = timezone.now(), row.deleted_at is not None or row.hidden_at is not None
    openings = row.replies.filter(parent=None) if row.forum_id else row.replies.none()
    told = row.replies.standing().exclude(pk__in=openings.values("pk"))
    lines = Activity.objects.filter(kind="reply", object_id__in=row.replies.values("pk"))
    lines.update(audience=row.audience, thing_kind=following.TOPIC, thing_id=row.pk)
    standing = Activity.objects.none() if is_gone else lines.filter(object_id__in=told.values("pk"))
    lines.exclude(pk__in=list(standing.values_list("pk", flat=True))).filter(withdrawn_at=None).update(withdrawn_at=now)
    standing.update(withdrawn_at=None)
    is_opened = not is_gone and openings.standing().exists()
    start = Activity.objects.filter(kind="topic", object_id=row.pk)
    start.update(audience=row.audience, thing_id=row.forum_id, withdrawn_at=None if is_opened else now)
    touch(Community.objects.filter(pk=row.community_id))


def summarise(topic: Topic, *, words: str, by: User) -> None:
    """Write what was found on top of a topic; without words there is none."""
    rendered = render(words)
    _set(topic, summary=words.strip(), summary_html=rendered.html if words.strip() else "", summary_by=by)


def _find_again(topic: Topic) -> None:
    """Let the search look at all messages of a topic again; what was agreed in it goes along."""
    ids = list(Reply.objects.filter(topic=topic).order_by("pk").values_list("pk", flat=True))
    for start in range(0, max(1, len(ids)), BATCH):
        finding.look_again(topic.pk, *ids[start : start + BATCH])
    moving.follow(following.TOPIC, topic.pk)
