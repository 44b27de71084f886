"""Publishing a post: it can be read, is told in the community's story, and is mailed to those who asked for it."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from blogs import commenting, holding
from blogs.following import KIND, thing_of
from blogs.models import Blog, Post, PostState
from blogs.saving import save_post, summary_of
from cop.base.errors import Refused
from cop.base.links import absolute
from cop.base.models import touch
from cop.mail import outbox
from cop.mail.models import Mailing
from cop.markup.addressing import with_absolute_links
from cop.moderation import recording
from cop.notifications import activities, announcing, tag_following
from cop.notifications.tag_models import CommunityTag
from cop.search import indexing
from discussions.held_models import Outcome
from members.models import User

__all__ = ["mailing_of", "publish", "publish_due", "save_post", "schedule", "unschedule", "withdraw"]

logger = logging.getLogger(__name__)


class Changed(Refused):
    """Somebody saved the post between the look at it and its publication."""

    def __init__(self) -> None:
        super().__init__(_("This post was changed at this moment. Look at it once more, and publish it then."))


def publish(post: Post, *, by: User | None, at: datetime | None = None, is_mailed: bool = True) -> bool:
    """Publish a post; tell whether that was new. Whoever subscribed to each post gets it by mail, once.

    A post that was withdrawn and is published again is not mailed a second time. `at` is the date it bears, now unless
    given. Raises Refused in an archived community and for more than somebody new may publish; Changed where somebody
    saved it meanwhile; Held where a facilitator looks at it first.
    """
    if post.blog.community.is_archived:
        raise Refused(_("This community is archived. A facilitator can open it again in its settings."))
    if post.is_published:
        return False
    if recording.stays_hidden("post", post.pk) and not (
        by and by.has_perm("moderation.take_care", post.blog.community)
    ):
        raise Refused(_("A facilitator has hidden this post. You can object where you were told so."))
    if by:
        holding.vet(post, by=by)
    mailing = _prepare_mailing(post) if is_mailed else None
    by_tag = _prepare_by_tag(post) if is_mailed else {}
    with transaction.atomic():
        # The first to change the state does the rest; a second click, or another worker, finds nothing to do.
        moment = at or timezone.now()
        unpublished = Post.objects.filter(pk=post.pk).exclude(state=PostState.PUBLISHED)
        published = {"state": PostState.PUBLISHED, "published_at": moment, "vetted_version": post.version}
        # What was looked at, and is mailed, is what is published: not what somebody saved meanwhile.
        if not unpublished.filter(version=post.version).update(**published, publish_at=None):
            if unpublished.exists():
                raise Changed
            return False
        touch(Blog.objects.filter(pk=post.blog_id))
        activity = activities.record(
            "published",
            kind="post",
            object_id=post.pk,
            title=post.title,
            url=post.get_absolute_url(),
            summary=summary_of(post),
            community=post.blog.community,
            audience=post.blog.audience,
            thing_kind=KIND,
            thing_id=post.blog_id,
            by=post.author,
            at=moment,
        )
        indexing.put("post", post.pk)
        if mailing is not None:
            announcing.announce(activity, mailing=mailing, by_tag=by_tag)
        post.refresh_from_db(fields=["state", "published_at", "publish_at", "vetted_version"])
        commenting.follow_state(post)
        if held := holding.settle(post, Outcome.PUBLISHED, by=by):
            holding.tell_published(held, post, by=by)
    return True


def _prepare_mailing(post: Post, tag: CommunityTag | None = None) -> Mailing:
    """Render the mail for those who follow the blog, or a tag of the post."""
    url = absolute(post.get_absolute_url())
    return announcing.prepare(
        "post",
        thing=thing_of(post.blog),
        dedupe_key=f"{mailing_key(post)}:tag:{tag.pk}" if tag else mailing_key(post),
        context={"post": post, "url": url, "body_html": with_absolute_links(post.body_html), "followed_tag": tag},
    )


def _prepare_by_tag(post: Post) -> dict[CommunityTag, Mailing]:
    tags = tag_following.followed_at_once(post.blog.community_id, "post", post.pk)
    return {tag: _prepare_mailing(post, tag) for tag in tags}


def mailing_key(post: Post) -> str:
    """Give the key under which a post's mailing is kept: one post, one mailing."""
    return f"post:{post.pk}"


def mailing_of(post: Post) -> Mailing | None:
    """Give the mailing of a post, without its bytes, or None."""
    return Mailing.objects.defer("source").filter(dedupe_key=mailing_key(post)).first()


def mailings_of(post: Post) -> QuerySet[Mailing]:
    """Give all mailings of a post: to those who follow the blog, and to those who follow a tag of it."""
    key = mailing_key(post)
    own = Q(dedupe_key=key) | Q(dedupe_key__startswith=f"{key}:")
    return Mailing.objects.defer("source").filter(own)


def schedule(post: Post, *, by: User, at: datetime) -> bool:
    """Let a post be published at a moment to come; raise Refused for one that is past, and as `publish` does."""
    if at <= timezone.now():
        raise Refused({"publish_at": _("This moment is past. Choose a later one, or publish the post now.")})
    holding.vet(post, by=by, publish_at=at)
    waiting = Post.objects.filter(pk=post.pk, state__in=[PostState.DRAFT, PostState.SCHEDULED, PostState.WITHDRAWN])
    with transaction.atomic():
        changed = waiting.update(state=PostState.SCHEDULED, publish_at=at, vetted_version=post.version)
        touch(Blog.objects.filter(pk=post.blog_id))
        post.refresh_from_db(fields=["state", "publish_at", "vetted_version"])
        if changed and (held := holding.settle(post, Outcome.PUBLISHED, by=by)):
            holding.tell_published(held, post, by=by)
    return bool(changed)


def unschedule(post: Post, *, by: User | None) -> bool:
    """Make a scheduled post a draft again; tell whether that was new."""
    scheduled = Post.objects.filter(pk=post.pk, state=PostState.SCHEDULED)
    with transaction.atomic():
        changed = scheduled.update(state=PostState.DRAFT, publish_at=None)
        touch(Blog.objects.filter(pk=post.blog_id))
    post.refresh_from_db(fields=["state", "publish_at"])
    return bool(changed)


def publish_due(at: datetime) -> int:
    """Publish what is scheduled for a moment that has come; give how many posts that were."""
    due = Post.objects.due(at).select_related("blog__community", "author").order_by("publish_at", "pk")
    count = 0
    for post in due[:100]:
        try:
            count += publish(post, by=post.author)
        except Refused as refused:
            logger.warning("The scheduled post %s becomes a draft: %s", post.pk, refused)
            unschedule(post, by=post.author)
    return count


def withdraw(post: Post, *, by: User | None) -> bool:
    """Take a post back: nobody but its writers reads it, and who has not been mailed it yet will not be."""
    with transaction.atomic():
        if not Post.objects.filter(pk=post.pk, state=PostState.PUBLISHED).update(state=PostState.WITHDRAWN):
            return False
        touch(Blog.objects.filter(pk=post.blog_id))
        activities.withdraw("post", post.pk)
        indexing.take_out("post", post.pk)
        for mailing in mailings_of(post):
            outbox.withdraw(mailing, _("The post was withdrawn"))
        post.refresh_from_db(fields=["state"])
        commenting.follow_state(post)
    return True
