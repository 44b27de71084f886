"""What blogs erase of somebody who closed their account: posts with their versions, and what was being written."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blogs import commenting, naming
from blogs.exchanging import heading
from blogs.exported import namings
from blogs.models import Blog, DraftShare, FeedKey, Post, PostDraft, PostRevision
from blogs.quoted_models import QuotedPerson
from cop.base.models import touch
from cop.notifications import activities
from cop.notifications.models import Activity, Subscriber
from cop.notifications.reader_data import Held
from cop.search import indexing
from discussions import finding
from discussions.models import Reply
from members.carrying_out import deleting, next_of
from members.closing_models import AccountClosing
from members.models import User
from members.packing import Part

AT_ONCE = 50


def held(user: User) -> list[str]:
    """Say how many posts somebody wrote."""
    count = Post.objects.filter(author=user).count()
    return [ngettext("%(count)d post", "%(count)d posts", count) % {"count": count}] if count else []


def posts(closing: AccountClosing, after: int) -> int | None:
    """Delete some posts; one that others commented on stays as a gap above their comments."""
    if not closing.is_removed:
        return None
    ids = next_of(Post.objects.filter(author=closing.user), after, AT_ONCE)
    for post in Post.objects.filter(pk__in=ids).select_related("topic", "blog"):
        with transaction.atomic():
            touch(Blog.objects.filter(pk=post.blog_id))
            activities.withdraw("post", post.pk)
            activities.revise(
                "post", post.pk, title=_("Removed by its author"), summary="", audience=post.blog.audience
            )
            indexing.take_out("post", post.pk)
            others = post.topic and post.topic.replies.standing().exclude(author=closing.user).exists()
            if not others:
                if post.topic:
                    post.topic.delete()
                post.delete()
                continue
            PostRevision.objects.filter(post=post).delete()
            DraftShare.objects.filter(post=post).delete()
            PostDraft.objects.filter(post=post).delete()
            post.tags.clear()
            Post.objects.filter(pk=post.pk).update(
                title=_("Removed by its author"),
                slug="removed",
                body="",
                body_html="",
                text="",
                excerpt="",
                cover=None,
                version=F("version") + 1,
            )
            _rename_comments(Post.objects.select_related("blog__community").get(pk=post.pk))
    return ids[-1] if ids else None


def _rename_comments(post: Post) -> None:
    """Let what others wrote below a post name its old title nowhere."""
    commenting.rename(post)
    if post.topic_id:
        Activity.objects.filter(thing_kind="topic", thing_id=post.topic_id).update(title=post.title)
        finding.look_again(post.topic_id, *Reply.objects.filter(topic=post.topic_id).values_list("pk", flat=True))


def _unname(addresses: list[str]) -> None:
    """Name somebody no more above their words in forwarded exchanges, in earlier versions too."""
    for person in QuotedPerson.objects.filter(address__in=addresses).select_related("post"):
        shown, label = heading(person.name), heading(person.label)
        naming.decline(person)
        for revision in PostRevision.objects.filter(post=person.post_id, body__contains=shown) if person.name else ():
            PostRevision.objects.filter(pk=revision.pk).update(body=revision.body.replace(shown, label))
        QuotedPerson.objects.filter(pk=person.pk).update(name="", address="")


def named(closing: AccountClosing, after: int) -> int | None:
    """Name them no more in exchanges that somebody forwarded."""
    if closing.is_hidden:
        _unname(closing.addresses)
    QuotedPerson.objects.filter(address__in=closing.addresses).update(address="")
    return None


def give_reader(subscriber: Subscriber) -> Part:
    """Give where an outside reader's words stand in a post, and whether they agreed to be named."""
    yield namings([subscriber.address])


READERS = Held(give=give_reader, forget=lambda subscriber: _unname([subscriber.address]))

STEPS = {
    "named": named,
    "posts": posts,
    "post-drafts": deleting(lambda closing: PostDraft.objects.filter(by=closing.user)),
    "draft-shares": deleting(lambda closing: DraftShare.objects.filter(user=closing.user)),
    "feed-keys": deleting(lambda closing: FeedKey.objects.filter(user=closing.user)),
}
