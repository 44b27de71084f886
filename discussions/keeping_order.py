"""Moderating with a line in the log: what `moderating` does, recorded in the same transaction, and the person told."""

from collections.abc import Callable
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cop.base.errors import Refused
from cop.base.tags import tags_by_id
from cop.moderation.action_models import ModerationAction, What
from cop.moderation.recording import record
from cop.moderation.things import Why
from discussions import moderating, writing
from discussions.models import Forum, Reply, ReplyRevision, Topic
from discussions.showing import thing_of_reply, thing_of_topic
from members.models import User

NO_REASON = Why()
CHANGED_SINCE = _("It was changed again since, so that this cannot be taken back. You can say that they were right.")


def _reply(reply_id: int) -> Reply:
    return Reply.objects.select_related("topic__community", "author", "guest").get(pk=reply_id)


def _topic(topic_id: int) -> tuple[Topic, Reply | None]:
    topic = Topic.objects.select_related("community", "starter", "guest").get(pk=topic_id)
    return topic, topic.replies.filter(parent=None).order_by("path").first()


def _do_to_reply(what: What, process: Callable[[Reply], bool], reply_id: int, by: User | None, why: Why) -> bool:
    with transaction.atomic():
        reply = _reply(reply_id)
        if not process(reply):
            return False
        record(what, thing_of_reply(reply), by=by, why=why)
    return True


def _do_to_topic(what: What, process: Callable[[Topic], object], topic_id: int, by: User | None, why: Why) -> bool:
    with transaction.atomic():
        topic, opening = _topic(topic_id)
        if process(topic) is False:
            return False
        record(what, thing_of_topic(topic, opening), by=by, why=why)
    return True


def hide_reply(reply_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Show a reply's words to facilitators alone."""
    return _do_to_reply(What.HIDDEN, lambda reply: moderating.hide(reply, by=by), reply_id, by, why)


def show_reply(reply_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Show a hidden reply again."""
    return _do_to_reply(What.SHOWN, lambda reply: moderating.show(reply, by=by), reply_id, by, why)


def delete_reply(reply_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Delete a reply; what opens a topic takes it along."""
    return _do_to_reply(What.DELETED, lambda reply: moderating.take_back(reply, by=by), reply_id, by, why)


def restore_reply(reply_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Bring a deleted reply back."""
    return _do_to_reply(What.RESTORED, lambda reply: moderating.restore(reply, by=by), reply_id, by, why)


def hide_topic(topic_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Show a whole topic to facilitators alone."""
    return _do_to_topic(What.HIDDEN, lambda topic: _set_hidden(topic, True, by), topic_id, by, why)


def show_topic(topic_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Show a hidden topic again."""
    return _do_to_topic(What.SHOWN, lambda topic: _set_hidden(topic, False, by), topic_id, by, why)


def _set_hidden(topic: Topic, is_hidden: bool, by: User | None) -> bool:
    row = Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
    if (row.hidden_at is not None) is is_hidden:
        return False
    moderating.set_hidden(topic, is_hidden, by=by)
    return True


def lock_topic(topic_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Let only facilitators write in a topic."""
    return _do_to_topic(What.LOCKED, lambda topic: _set_locked(topic, True, by), topic_id, by, why)


def unlock_topic(topic_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Let all members write in a topic again."""
    return _do_to_topic(What.UNLOCKED, lambda topic: _set_locked(topic, False, by), topic_id, by, why)


def _set_locked(topic: Topic, is_locked: bool, by: User | None) -> bool:
    row = Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
    if (row.locked_at is not None) is is_locked:
        return False
    moderating.set_locked(topic, is_locked, by=by)
    return True


def pin_topic(topic_id: int, by: User, *, is_pinned: bool) -> bool:
    """Keep a topic on top of its forum, or no longer; one's own too stands in the log: it is all others' forum."""
    with transaction.atomic():
        row = Topic.objects.select_for_update(no_key=True).get(pk=topic_id)
        if (row.pinned_at is not None) is is_pinned:
            return False
        moderating.set_pinned(row, is_pinned, by=by)
        thing = thing_of_topic(*_topic(topic_id))
        is_own = thing.author is not None and thing.author.pk == by.pk
        record(What.PINNED if is_pinned else What.UNPINNED, replace(thing, author=None) if is_own else thing, by=by)
    return True


def slow_topic(topic: Topic, *, minutes: int, by: User, why: Why = NO_REASON) -> bool:
    """Let people wait between two replies, or no longer."""
    with transaction.atomic():
        row = Topic.objects.select_for_update(no_key=True).get(pk=topic.pk)
        if (row.slow_minutes or 0) == minutes:
            return False
        moderating.set_slow(topic, minutes, by=by)
        record(What.SLOWED if minutes else What.UNLOCKED, thing_of_topic(*_topic(topic.pk)), by=by, why=why)
    return True


def delete_topic(topic_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Take a whole topic away."""
    return _do_to_topic(What.DELETED, lambda topic: moderating.delete_topic(topic, by=by), topic_id, by, why)


def restore_topic(topic_id: int, by: User | None, why: Why = NO_REASON) -> bool:
    """Bring a deleted topic back."""
    return _do_to_topic(What.RESTORED, lambda topic: moderating.bring_back(topic, by=by), topic_id, by, why)


def rename(topic: Topic, *, title: str, tags: list[str], by: User, why: Why = NO_REASON) -> Topic:
    """Give a topic another title and other tags."""
    with transaction.atomic():
        before, opening = _topic(topic.pk)
        before_tags = [name for _slug, name in tags_by_id(Topic, [topic.pk]).get(topic.pk, [])]
        renamed = moderating.rename(topic, title=title, tags=tags, by=by)
        if before.title != renamed.title:
            kept = {"tags": before_tags}
            record(What.EDITED, thing_of_topic(before, opening), by=by, why=why, after=renamed.title, kept=kept)
    return renamed


def move(topic: Topic, *, forum: Forum, by: User, why: Why = NO_REASON) -> Topic:
    """Put a topic into another forum."""
    with transaction.atomic():
        before, _opening = _topic(topic.pk)
        moved = moderating.move(topic, forum=forum, by=by)
        kept = {"from": before.forum_id, "to": forum.pk}
        record(What.MOVED, thing_of_topic(*_topic(topic.pk)), by=by, why=why, kept=kept)
    return moved


def merge(topic: Topic, *, into: Topic, by: User, why: Why = NO_REASON) -> Topic:
    """Make a topic part of another one."""
    with transaction.atomic():
        before = thing_of_topic(*_topic(topic.pk))
        target = moderating.merge(topic, into=into, by=by)
        record(What.MERGED, before, by=by, why=why)
    return target


def split(reply: Reply, *, title: str, by: User, why: Why = NO_REASON) -> Topic:
    """Make a reply and all below it a topic of its own."""
    with transaction.atomic():
        new = moderating.split(reply, title=title, by=by)
        record(What.SPLIT, thing_of_topic(*_topic(new.pk)), by=by, why=why)
    return new


def edit(reply: Reply, *, body: str, by: User, version: int, why: Why = NO_REASON) -> Reply:
    """Change the words of a reply; of somebody else's, with a line in the log that holds what stood there."""
    before = thing_of_reply(_reply(reply.pk))
    with transaction.atomic():
        changed = writing.edit(reply, body=body, by=by, version=version)
        if changed.version != version:
            record(What.EDITED, before, by=by, why=why, after=changed.text, kept={"version": version})
    return changed


def undo_edit(action: ModerationAction, by: User, why: Why = NO_REASON) -> None:
    """Let a reply say again what it said before a change, as a version of its own.

    Raises Refused where it was changed again since.
    """
    reply, version = _reply(action.thing_id), action.kept.get("version")
    before = ReplyRevision.objects.filter(reply=reply, version=version).first()
    if before is not None and reply.body == before.body:
        return
    if before is None or reply.version != before.version + 1:
        raise Refused(CHANGED_SINCE)
    with transaction.atomic():
        changed = writing.edit(reply, body=before.body, by=by, version=reply.version)
        record(What.REVERTED, thing_of_reply(changed), by=by, why=why)


def undo_rename(action: ModerationAction, by: User, why: Why = NO_REASON) -> None:
    """Give a topic its title and tags from before; raise Refused where it was called otherwise since."""
    topic, opening = _topic(action.thing_id)
    if topic.title == action.title:
        return
    if topic.title != action.after or topic.deleted_at:
        raise Refused(CHANGED_SINCE)
    with transaction.atomic():
        renamed = moderating.rename(topic, title=action.title, tags=action.kept.get("tags", []), by=by)
        record(What.REVERTED, thing_of_topic(renamed, opening), by=by, why=why)


def undo_move(action: ModerationAction, by: User, why: Why = NO_REASON) -> None:
    """Put a topic back into the forum that it was moved out of; raise Refused where that is gone, or it moved again."""
    topic, opening = _topic(action.thing_id)
    if topic.forum_id == action.kept.get("from"):
        return
    forum = Forum.objects.filter(pk=action.kept.get("from"), community=topic.community, archived_at=None).first()
    if forum is None or topic.forum_id != action.kept.get("to") or topic.deleted_at:
        raise Refused(CHANGED_SINCE)
    with transaction.atomic():
        moved = moderating.move(topic, forum=forum, by=by)
        record(What.REVERTED, thing_of_topic(moved, opening), by=by, why=why)
