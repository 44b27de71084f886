"""Comments under posts: each post's are a topic like any other, for the audience of its blog."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blogs.models import Blog, Post, PostState
from cop.base.errors import Refused
from cop.base.models import touch
from cop.notifications.following import follow_first
from discussions import commenting, moderating, reading, writing
from discussions.following import thing_of_topic
from discussions.models import Reply, Topic
from members.audiences import Reader
from members.models import User

SHOWN = 20


def comment(post: Post, *, body: str, by: User, form_key: str = "") -> Reply:
    """Comment on a post; the same form sent twice makes one comment. Who wrote the post hears of it, and of each other.

    Raises Refused for a text too long, and where the post was withdrawn or comments were switched off meanwhile.
    """
    return writing.reply(_begun(post), body=body, by=writing.Writer(user=by), form_key=form_key)


def _begun(post: Post) -> Topic:
    with transaction.atomic():
        row = Post.objects.select_for_update(no_key=True, of=("self",)).select_related("blog__community", "author")
        found = row.get(pk=post.pk)
        if found.state != PostState.PUBLISHED or not found.blog.has_comments:
            raise Refused(_("Comments were closed while you wrote. Copy your text, if you want to keep it."))
        if found.topic is None:
            found.topic = commenting.begin(
                title=found.title,
                about_url=found.get_absolute_url(),
                community=found.blog.community,
                audience=found.blog.audience,
            )
            found.save(update_fields=["topic"])
            touch(Blog.objects.filter(pk=found.blog_id))
            is_new = True
        else:
            is_new = False
    if is_new and found.author and found.author.is_active:
        follow_first(found.author, thing_of_topic(found.topic))
    return found.topic


def shown_under(post: Post, *, reader: Reader) -> list[Reply]:
    """Give the first comments on a post, in the order of time; the rest is read on the topic's page."""
    if post.topic is None:
        return []
    rows = post.topic.replies.standing().select_related("author", "guest").order_by("posted_at", "id")
    found = list(rows[:SHOWN])
    reading.put_faces(found, reader=reader)
    return found


def change_audience(blog: Blog) -> None:
    """Let the comments be read by the audience that the blog has now."""
    commenting.change_audience(Topic.objects.filter(post__blog=blog), audience=blog.audience)


def open_or_close(blog: Blog) -> None:
    """Let comments be written, or only read: call it where that changed, as it undoes locks of single topics."""
    now = timezone.now()
    topics = Topic.objects.filter(post__blog=blog, locked_at__isnull=not blog.has_comments)
    topics.update(locked_at=None if blog.has_comments else now, updated_at=now)


def rename(post: Post) -> None:
    """Let the comments bear the title that the post has now."""
    rows = Topic.objects.filter(post=post).exclude(title=post.title)
    rows.update(title=post.title, about_url=post.get_absolute_url(), updated_at=timezone.now())


def follow_state(post: Post) -> None:
    """Let the comments be read only while the post is: call it where the post was published or withdrawn."""
    is_hidden = post.state != PostState.PUBLISHED
    for topic in Topic.objects.filter(post=post, hidden_at__isnull=is_hidden):
        moderating.set_hidden(topic, is_hidden, by=None)
