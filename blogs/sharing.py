"""Showing a draft to another member, who gets a mail with the link."""

from blogs.models import Blog, DraftShare, Post
from cop.base.links import absolute
from cop.base.models import touch
from cop.mail import outbox
from members.models import User


def share(post: Post, *, reader: User, by: User) -> bool:
    """Let `reader` see a post that is not published, and mail them the link; tell whether that was new."""
    shared, is_new = DraftShare.objects.get_or_create(post=post, user=reader, defaults={"by": by})
    touch(Blog.objects.filter(pk=post.blog_id))
    if is_new:
        outbox.send(
            "draft_shared",
            to=reader.email,
            dedupe_key=f"draft-shared:{shared.pk}",
            context={
                "post": post,
                "by": by,
                "url": absolute(post.get_absolute_url()),
                "accent": post.blog.community.accent,
            },
            language=reader.language,
            reply_to=by.email,
        )
    return is_new


def unshare(post: Post, *, reader: User, by: User) -> bool:
    """Take that back; tell whether there was anything to take back."""
    ended, _rows = DraftShare.objects.filter(post=post, user=reader).delete()
    touch(Blog.objects.filter(pk=post.blog_id))
    return bool(ended)
