"""What becomes of a post that waits: it is published as it was meant, declined with a word, or taken back."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blogs import holding, publishing
from blogs.held_models import HeldPost
from blogs.keeping_order import thing_of
from blogs.models import Post
from cop.base.errors import Refused
from cop.base.links import absolute
from cop.moderation.action_models import What
from cop.moderation.held_decisions import held_decisions
from cop.moderation.kinds import Act, CaseKind, Shown
from cop.moderation.models import Case
from cop.moderation.recording import record
from cop.moderation.things import Why
from discussions.held_models import Outcome
from members.models import MembershipState, User


def publish(held: HeldPost, *, by: User) -> bool:
    """Publish a post that waits, or schedule it for the moment that was wanted; tell whether that was new.

    Raises Refused where it can stand no longer.
    """
    row = _fresh(held)
    if row is None:
        return False
    post = row.post
    _refuse_suspended(post)
    if row.publish_at and row.publish_at > timezone.now():
        return publishing.schedule(post, by=by, at=row.publish_at)
    return publishing.publish(post, by=by)


def _refuse_suspended(post: Post) -> None:
    author = post.author
    rows = author.memberships.filter(community=post.blog.community, state=MembershipState.SUSPENDED) if author else None
    if rows is not None and rows.exists():
        raise Refused(_("Whoever wrote this is suspended here. Decline it, or readmit them first."))


def decline(held: HeldPost, *, by: User, why: Why) -> bool:
    """Leave a post the draft that it is, and tell its writer why; tell whether that was new."""
    row = _fresh(held)
    if row is None:
        return False
    post = row.post
    with transaction.atomic():
        if not _settle(row, Outcome.DECLINED, by=by):
            return False
        line = record(What.DECLINED, thing_of(post), by=by, why=why, is_told=False)
    edit = reverse("blogs:post-edit", args=[post.blog.community.slug, post.blog.slug, post.pk])
    holding.tell(
        "held_post_declined",
        row,
        post,
        reason=why.reason,
        words=why.words,
        url=absolute(edit),
        object_url=absolute(line.get_absolute_url()) if line else "",
    )
    return True


def throw_away(held: HeldPost, *, by: User) -> bool:
    """Do not publish what is advertising or worse, without a word to its writer; tell whether that was new."""
    row = _fresh(held)
    return row is not None and _settle(row, Outcome.DECLINED, by=by)


def take_back(post: Post, *, by: User) -> bool:
    """Let a writer publish a post after all not; tell whether it waited. Others decide about it."""
    if by != post.author:
        return False
    with transaction.atomic():
        return holding.settle(post, Outcome.TAKEN_BACK, by=by) is not None


def _fresh(held: HeldPost) -> HeldPost | None:
    rows = HeldPost.objects.filter(pk=held.pk, settled_at=None)
    return rows.select_related("post__blog__community", "post__author").first()


def _settle(row: HeldPost, outcome: Outcome, *, by: User) -> bool:
    with transaction.atomic():
        return holding.settle(row.post, outcome, by=by) is not None


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give what facilitators see of posts that wait; one query."""
    rows = HeldPost.objects.filter(pk__in=ids, settled_at=None).select_related("post__blog__community", "post__author")
    return {row.pk: _shown(row) for row in rows}


def _shown(row: HeldPost) -> Shown:
    post = row.post
    return Shown(
        title=post.title,
        url=post.get_absolute_url(),
        html=post.body_html,
        author=post.author.display_name if post.author else "",
        at=row.held_at,
        because=(row.why_in_words, _("It is to stand in the blog “%(blog)s”.") % {"blog": post.blog.name}),
    )


def _held(case: Case) -> HeldPost:
    return HeldPost(pk=case.thing_id)


def _publish(case: Case, act: Act) -> None:
    publish(_held(case), by=act.by)


def _decline(case: Case, act: Act) -> None:
    decline(_held(case), by=act.by, why=Why(act.reason, act.words))


def _throw_away(case: Case, act: Act) -> None:
    throw_away(_held(case), by=act.by)


HELD = CaseKind(
    words=gettext_lazy("Posts that wait to be published"),
    show=show,
    decisions=held_decisions(
        _publish,
        _decline,
        _throw_away,
        published=gettext_lazy("Published, or scheduled where that was wanted."),
        declined=gettext_lazy("Declined; it is a draft again."),
    ),
)
