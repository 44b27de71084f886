"""Looking at a text before it is published: may somebody new write so much, and should a facilitator see it first?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.guarding import asking_outside, likeness, listing, newcomers
from cop.guarding.models import Way
from cop.guarding.newcomers import Acquaintance, Written
from cop.guarding.signs import Signs
from cop.markup.rendering import Rendered
from cop.moderation import restraining
from cop.moderation.action_models import ModerationAction, What
from discussions.held_models import HeldText, Outcome, Why
from discussions.models import Guest, Reply, Topic
from members.models import Community, User
from members.standing import standing_of

HOUR = timedelta(hours=1)
# What is read aloud for an image, or shown over a link.
IN_ATTRIBUTES = re.compile(r' (?:alt|title)="([^"]*)"')
# What was hidden, deleted or declined so lately counts against somebody who is new.
BAD_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Text:
    """What somebody wants to publish, and where; `topic` is None for a new one."""

    community: Community
    rendered: Rendered
    title: str
    url: str
    topic: Topic | None = None

    @property
    def words(self) -> str:
        """All of its words."""
        return f"{self.title}\n{self.rendered.text}"


def signs_in_topics(user: User, community: Community) -> Signs:
    """Give how somebody's messages in a community were taken."""
    since = timezone.now() - BAD_FOR
    standing = Q(deleted_at=None, hidden_at=None)
    own = Reply.objects.filter(author=user, topic__community=community).aggregate(
        standing=Count("pk", filter=standing),
        good=Count("pk", filter=standing & ~Q(thanks_count=0, accepted_at=None)),
        bad=Count("pk", filter=Q(hidden_at__gt=since) | _deleted_by_others(since)),
    )
    declined = HeldText.objects.filter(author=user, community=community, outcome=Outcome.DECLINED)
    bad = own["bad"] + declined.filter(settled_at__gt=since).count()
    return Signs(good=own["good"], bad=bad, has_published=own["standing"] > 0)


def _deleted_by_others(since: datetime) -> Q:
    """Give the condition that a reply, or the topic that it opens, was deleted by somebody else than its writer."""
    deleted = ModerationAction.objects.filter(what=What.DELETED)
    reply = Exists(deleted.filter(kind="reply", thing_id=OuterRef("pk")))
    topic = Exists(deleted.filter(kind="topic", thing_id=OuterRef("topic_id")))
    return Q(reply, deleted_at__gt=since) | Q(topic, parent=None, topic__deleted_at__gt=since)


def limit(text: Text, *, writer: Acquaintance, at: datetime | None = None) -> None:
    """Raise Refused, with a sentence for the field `body`, where somebody new wrote too much."""
    new, user = writer.newcomer, writer.user
    if new is None:
        return
    newcomers.refuse_too_much(new, text.rendered)
    if user and new.protection.way == Way.LIMITED:
        is_topic = text.topic is None
        since = (at or timezone.now()) - HOUR
        written = Reply.objects.filter(author=user, posted_at__gt=since, parent=None, topic__forum__isnull=False)
        if not is_topic:
            written = Reply.objects.filter(author=user, posted_at__gt=since).exclude(pk__in=written.values("pk"))
        held = HeldText.objects.filter(author=user, held_at__gt=since, topic__isnull=is_topic)
        count = written.filter(topic__community=text.community).count() + held.filter(community=text.community).count()
        newcomers.refuse_too_many(new, count, what=Written.TOPIC if is_topic else Written.REPLY)


def refuse_change(text: Text, before: Text, *, user: User, earlier: Iterable[str] = ()) -> None:
    """Raise Refused, for the field `body`, where `user` changes what is published into what would have waited.

    So is what is too much for a newcomer.
    What is published cannot wait, so a change is refused where a new text is held. What stood in it already, and in its
    `earlier` versions, is no reason.
    """
    if standing_of(user).facilitates(text.community):
        return
    if new := newcomers.newcomer(user, text.community):
        newcomers.refuse_too_much(new, text.rendered)
    if restraining.holds_posts_of(user, text.community):
        raise Refused(
            {"body": _("A facilitator reads what you write here first, so what is published cannot be changed.")}
        )
    if set(_listed_in(text)) - set(_listed_in(before)):
        line = _(
            "Something new in it stands in a list of words and links that facilitators look at first. Take it out."
        )
        raise Refused({"body": line})
    who = f"u{user.pk}"
    if likeness.like_before(text.words, who=who, is_newcomer=new is not None, earlier=[before.words, *earlier]):
        line = _("It is nearly the same now as another text that was written here lately. Say it in one place.")
        raise Refused({"body": line})


def _listed_in(text: Text) -> Iterable[str]:
    html = text.rendered.html
    words = "\n".join([text.rendered.text, *map(unescape, IN_ATTRIBUTES.findall(html))])
    return listing.all_found_in(text.title, words, newcomers.links_in(html), community=text.community)


def reason_to_hold(
    text: Text, *, writer: Acquaintance, guest: Guest | None = None, earlier: Iterable[str] = ()
) -> tuple[str, str] | None:
    """Tell why a facilitator should see a text first, with a detail; None where it can stand.

    What of it stood in its `earlier` versions, which were looked at, is not taken for a repetition.
    Asks a service outside where the site has one: call it outside of transactions.
    """
    user = writer.user
    if user and standing_of(user).facilitates(text.community):
        return None
    is_new = writer.newcomer is not None
    who = f"u{user.pk}" if user else f"g{guest.pk if guest else 0}"
    like = likeness.like_before(text.words, who=who, is_newcomer=is_new, earlier=earlier)
    if user and restraining.holds_posts_of(user, text.community):
        return Why.ASKED, ""
    if _is_first(writer, guest):
        return Why.FIRST, ""
    if line := next(iter(_listed_in(text)), ""):
        return Why.WORDS, line[:200]
    if like:
        return (Why.OWN if like.is_own else Why.OTHERS), ""
    if is_new and asking_outside.is_advertising(
        text.words,
        name=user.display_name if user else guest.name if guest else "",
        url=text.url,
        language=text.community.language,
        is_reply=text.topic is not None,
    ):
        return Why.OUTSIDE, ""
    return None


def _is_first(writer: Acquaintance, guest: Guest | None) -> bool:
    """Whether first posts wait here, and nothing of this writer has been published yet."""
    if writer.protection.way != Way.HELD or writer.is_vouched_for:
        return False
    if writer.user:
        return not writer.signs.has_published
    return not Reply.objects.standing().filter(topic__community=writer.community, guest=guest).exists()
