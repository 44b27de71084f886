"""Holding a post back until a facilitator has looked at it: asked where it is published or scheduled.

A post that waits stays the draft that it is: nobody else reads it, and its writer goes on changing it. What is changed
while it waits is a case anew, so that nobody publishes another text than the one they have read.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from blogs.held_models import HeldPost
from blogs.models import Post, PostRevision, PostState
from cop.base.errors import Refused
from cop.base.links import absolute
from cop.guarding import newcomers
from cop.guarding.models import Way
from cop.guarding.newcomers import Acquaintance, Newcomer, Written
from cop.guarding.signs import Signs
from cop.mail import outbox
from cop.markup.rendering import Rendered, render
from cop.moderation import caring
from cop.moderation.action_models import ModerationAction, What
from discussions import vetting
from discussions.held_models import Outcome
from discussions.vetting import BAD_FOR, HOUR, Text
from members.models import Community, User
from members.standing import standing_of

KIND = "held-post"
# So many versions are compared, where somebody changes something back.
EARLIER = 10


class Held(Refused):
    """A post was to be published, and waits for a facilitator: `row`. Its sentence says so."""

    def __init__(self, row: HeldPost) -> None:
        super().__init__(
            _(
                "It waits for a facilitator, and is published after that. Until then only you and they see it; you can "
                "go on writing."
            )
        )
        self.row = row


def waiting(post: Post) -> HeldPost | None:
    """Give what waits of a post, if it does."""
    return HeldPost.objects.filter(post=post, settled_at=None).first()


def vet(post: Post, *, by: User, publish_at: datetime | None = None) -> None:
    """Raise Held where a facilitator looks at a post first, and Refused where it is more than somebody new may write.

    What stands as it was looked at is not looked at again. Call it outside of transactions: a service may be asked.
    """
    community = post.blog.community
    if post.vetted_version == post.version or standing_of(by).facilitates(community):
        return
    if row := waiting(post):
        HeldPost.objects.filter(pk=row.pk).update(publish_at=publish_at, updated_at=timezone.now())
        raise Held(row)
    text = text_of(post)
    writer = Acquaintance(by, community)
    _limit(text, by, writer.newcomer)
    vetted = post.revisions.filter(version=post.vetted_version or 0).values_list("title", "body")
    reason = vetting.reason_to_hold(text, writer=writer, earlier=[f"{title}\n{body}" for title, body in vetted])
    if reason:
        raise Held(_hold(post, reason, publish_at))


def refuse_change(post: Post, *, before: Text, by: User | None, tags: list[str] | None) -> None:
    """Raise Refused where a published post is changed into what would have waited."""
    if by is None:
        return
    versions = PostRevision.objects.filter(post=post).order_by("-version").values_list("title", "body")[:EARLIER]
    earlier = [f"{title}\n{body}" for title, body in versions]
    vetting.refuse_change(text_of(post, tags=tags), before, user=by, earlier=earlier)


def text_of(post: Post, *, tags: list[str] | None = None) -> Text:
    """Give the words of a post that others read, as they are looked at."""
    if tags is None:
        tags = [] if post._state.adding else list(post.tags.order_by("name").values_list("name", flat=True))
    title = "\n".join([post.title, post.excerpt, ", ".join(tags)])
    rendered = Rendered(post.body_html, post.text, render(post.body).mentions)
    return Text(post.blog.community, rendered, title, post.get_absolute_url() if post.pk else "")


def _limit(text: Text, user: User, new: Newcomer | None) -> None:
    """Hold newcomers to the numbers of their community, for posts as for topics."""
    if new is None:
        return
    newcomers.refuse_too_much(new, text.rendered)
    if new.protection.way != Way.LIMITED:
        return
    since = timezone.now() - HOUR
    posts = Post.objects.filter(author=user, blog__community=text.community)
    count = posts.filter(published_at__gt=since).count()
    count += HeldPost.objects.filter(post__in=posts, held_at__gt=since).count()
    newcomers.refuse_too_many(new, count, what=Written.POST)


def _hold(post: Post, reason: tuple[str, str], publish_at: datetime | None) -> HeldPost:
    why, detail = reason
    try:
        with transaction.atomic():
            row = HeldPost.objects.create(post=post, why=why, detail=detail, publish_at=publish_at)
            _ask(row, post)
    except IntegrityError:  # The second of two clicks.
        if found := waiting(post):
            return found
        raise
    return row


def _ask(row: HeldPost, post: Post) -> None:
    caring.needs_care(KIND, row.pk, community=post.blog.community, about=post.author, since=row.held_at)


def ask_anew(post: Post) -> None:
    """Let facilitators look again at what was changed while it waited. Call it in the transaction that changes it."""
    if row := waiting(post):
        caring.settle(KIND, row.pk, by=None, outcome="changed")
        _ask(row, post)


def settle(post: Post, outcome: Outcome, *, by: User | None) -> HeldPost | None:
    """End a post's waiting, and give what waited, of two at once to one. Call it in the transaction that decides."""
    row, now = waiting(post), timezone.now()
    if row is None:
        return None
    rows = HeldPost.objects.filter(pk=row.pk, settled_at=None)
    if not rows.update(outcome=outcome, settled_at=now, settled_by=by, updated_at=now):
        return None
    caring.settle(KIND, row.pk, by=by, outcome=outcome)
    return row


def tell_published(row: HeldPost, post: Post, *, by: User | None) -> None:
    """Tell the writer of a post that waited that it is published, or will be. Call it in that transaction."""
    if by != post.author:
        tell("held_post_published", row, post, url=absolute(post.get_absolute_url()))


def tell(name: str, row: HeldPost, post: Post, **context: object) -> None:
    """Mail whoever wrote it, without naming who decided: the facilitators answer for each other."""
    if post.author is None or not post.author.is_active:
        return
    community = post.blog.community
    outbox.send(
        name,
        to=post.author.email,
        dedupe_key=f"{name}:{row.pk}",
        context={"post": post, "community": community, "accent": community.accent, **context},
        language=post.author.language,
    )


def signs_in_posts(user: User, community: Community) -> Signs:
    """Give how somebody's posts in a community were taken."""
    since: datetime = timezone.now() - BAD_FOR
    posts = Post.objects.filter(author=user, blog__community=community)
    hidden = ModerationAction.objects.filter(about=user, community=community, kind="post", what=What.HIDDEN)
    is_published, was_hidden = Q(state=PostState.PUBLISHED), Q(pk__in=hidden.filter(at__gt=since).values("thing_id"))
    own = posts.aggregate(
        all=Count("pk"),
        published=Count("pk", filter=is_published),
        taken=Count("pk", filter=was_hidden & ~is_published),
    )
    if not own["all"]:
        return Signs()
    declined = HeldPost.objects.filter(post__in=posts, outcome=Outcome.DECLINED, settled_at__gt=since)
    return Signs(bad=own["taken"] + declined.count(), has_published=own["published"] > 0)


def forget(user: User, _shown_before: str) -> None:
    """Let what somebody wrote wait no longer when their account is closed."""
    HeldPost.objects.filter(post__author=user).delete()
