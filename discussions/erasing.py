"""What discussions erase of somebody who closed their account: the name in others' words, or all that they wrote."""

from collections import defaultdict

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cop.base.models import touch
from cop.notifications import activities
from cop.notifications.models import Activity, Subscriber
from cop.notifications.reader_data import Held
from cop.search import indexing
from discussions import answering, finding
from discussions.archives.guests import key_of_address
from discussions.exported import questions
from discussions.help_models import HelpRequest
from discussions.mention_models import Mention
from discussions.models import Guest, Reply, ReplyRevision, SameQuestion, Thanks, Topic
from discussions.moderating import recount, retell
from discussions.touching import touch_forums
from members.carrying_out import deleting, next_of
from members.closing_models import AccountClosing
from members.models import User
from members.packing import Part, kind

TOPICS_AT_ONCE = 50
SOUGHT_AT_ONCE = 1000


def replies_of(user: User) -> QuerySet[Reply]:
    """Give what somebody wrote, also before they had an account."""
    return Reply.objects.filter(Q(author=user) | Q(guest__user=user))


def topics_of(user: User) -> QuerySet[Topic]:
    """Give what somebody started, also before they had an account."""
    return Topic.objects.filter(Q(starter=user) | Q(guest__user=user))


def held(user: User) -> list[str]:
    """Say how much somebody wrote in topics."""
    topics, replies = topics_of(user).count(), replies_of(user).filter(deleted_at=None).count()
    said = []
    if replies:
        said.append(
            ngettext("%(count)d message in topics", "%(count)d messages in topics", replies) % {"count": replies}
        )
    if topics:
        said.append(
            ngettext("%(count)d topic that you started", "%(count)d topics that you started", topics)
            % {"count": topics}
        )
    return said


def replies(closing: AccountClosing, after: int) -> int | None:
    """Delete the words of some messages, with what they said before; each leaves a gap where others answered."""
    if not closing.is_removed:
        return None
    ids = next_of(replies_of(closing.user), after)
    by_topic: dict[int, list[int]] = defaultdict(list)
    for pk, topic_id in Reply.objects.filter(pk__in=ids).values_list("pk", "topic"):
        by_topic[topic_id].append(pk)
    for topic_id, numbers in by_topic.items():
        with transaction.atomic():
            topic = Topic.objects.select_for_update(no_key=True).get(pk=topic_id)
            rows = Reply.objects.filter(pk__in=numbers)
            had_answer = rows.filter(accepted_at__isnull=False).exists()
            now = timezone.now()
            rows.filter(deleted_at=None).update(deleted_at=now)
            rows.update(
                body="",
                body_html="",
                text="",
                trimmed="",
                message_id="",
                told_at=now,
                version=F("version") + 1,
                accepted_at=None,
            )
            ReplyRevision.objects.filter(reply__in=numbers).delete()
            Mention.objects.filter(reply__in=numbers).delete()
            recount(topic)
            if had_answer:
                answering.reckon(topic)
            retell(topic)
            finding.look_again(topic_id, *numbers)
    return ids[-1] if ids else None


def topics(closing: AccountClosing, after: int) -> int | None:
    """Delete topics in which nobody else wrote; the others lose title and tags, and stay for those who answered."""
    if not closing.is_removed:
        return None
    ids = next_of(topics_of(closing.user), after, TOPICS_AT_ONCE)
    for topic in Topic.objects.filter(pk__in=ids):
        with transaction.atomic():
            own = replies_of(closing.user).filter(topic=topic)
            if not topic.replies.exclude(pk__in=own.values("pk")).exclude(body="").exists():
                numbers = list(topic.replies.values_list("pk", flat=True))
                Activity.objects.filter(
                    Q(kind="topic", object_id=topic.pk) | Q(kind="reply", object_id__in=numbers)
                ).delete()
                indexing.take_out(finding.TOPIC, topic.pk)
                indexing.take_out(finding.REPLY, *numbers)
                topic.delete()
                touch_forums(topic.forum_id)
                continue
            title = _("Removed by its author")
            Topic.objects.filter(pk=topic.pk).update(title=title, slug="removed", updated_at=timezone.now())
            topic.tags.clear()
            touch_forums(topic.forum_id)
            topic.title, topic.slug = title, "removed"
            activities.revise(
                "topic", topic.pk, title=title, summary="", audience=topic.audience, url=topic.get_absolute_url()
            )
            numbers = list(topic.replies.order_by("pk").values_list("pk", flat=True))
            Activity.objects.filter(kind="reply", object_id__in=numbers).update(title=title)
            for start in range(0, len(numbers), SOUGHT_AT_ONCE):
                finding.look_again(topic.pk, *numbers[start : start + SOUGHT_AT_ONCE])
    return ids[-1] if ids else None


def summaries(closing: AccountClosing, after: int) -> int | None:
    """Delete what they summed up."""
    if closing.is_removed:
        rows = Topic.objects.filter(summary_by=closing.user)
        rows.update(summary="", summary_html="", summary_by=None, updated_at=timezone.now())
    return None


def thanks(closing: AccountClosing, after: int) -> int | None:
    """Take back their thanks, and what they asked too."""
    if not closing.is_removed:
        return None
    ids = next_of(Thanks.objects.filter(user=closing.user), 0)
    with transaction.atomic():
        for row in Thanks.objects.filter(pk__in=ids):
            if row.delete()[0]:
                Reply.objects.filter(pk=row.reply_id, thanks_count__gt=0).update(thanks_count=F("thanks_count") - 1)
        for same in SameQuestion.objects.filter(user=closing.user).select_related("topic")[:200]:
            answering.no_longer_same_question(same.topic, by=closing.user)
    if SameQuestion.objects.filter(user=closing.user).exists():
        return after + 1
    return ids[-1] if ids else None


def guests(closing: AccountClosing, after: int) -> int | None:
    """Let nobody find out by the address who wrote as a guest."""
    if closing.is_hidden:
        for guest in Guest.objects.filter(user=closing.user):
            name = closing.user.display_name[:120]
            Guest.objects.filter(pk=guest.pk).update(name=name, key=f"closed-{guest.pk}")
    return None


def forget_reader(subscriber: Subscriber) -> None:
    """Forget an outside reader's address in questions; what was asked stays for those who answered, without a name."""
    HelpRequest.objects.filter(address=subscriber.address).delete()
    for guest in Guest.objects.filter(key=key_of_address(subscriber.address), user=None):
        name = _("an outside reader")
        Guest.objects.filter(pk=guest.pk).update(name=name, key=f"forgotten-{guest.pk}")
        written = Topic.objects.filter(replies__guest=guest, last_by=guest.name)
        Topic.objects.filter(pk__in=list(written.values_list("pk", flat=True))).update(last_by=name)
        shown = Topic.objects.filter(Q(guest=guest) | Q(replies__guest=guest))
        for topic_id, forum_id in shown.values_list("pk", "forum_id").distinct():
            numbers = Reply.objects.filter(topic=topic_id, guest=guest).values_list("pk", flat=True)
            with transaction.atomic():
                touch(Topic.objects.filter(pk=topic_id))
                touch_forums(forum_id)
                finding.look_again(topic_id, *numbers)


def give_reader(subscriber: Subscriber) -> Part:
    """Give an outside reader's questions, and what they wrote below them."""
    yield from questions([subscriber.address])
    guests_here = Guest.objects.filter(key=key_of_address(subscriber.address), user=None)
    yield kind(
        "replies",
        _("Messages that you wrote in topics"),
        Reply.objects.filter(guest__in=guests_here.values("pk")).order_by("pk"),
        topic__title=_("Topic"),
        posted_at=_("Written"),
        body=_("Text"),
    )


READERS = Held(give=give_reader, forget=forget_reader)

STEPS = {
    "replies": replies,
    "topics": topics,
    "summaries": summaries,
    "thanks": thanks,
    "guests": guests,
    "questions": deleting(lambda closing: HelpRequest.objects.filter(address__in=closing.addresses)),
}
