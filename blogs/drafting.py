"""What is being typed, saved while typing, and found again after a closed tab."""

from django.utils import timezone

from blogs.models import Blog, Post, PostDraft
from cop.markup.rendering import LIMIT
from members.models import User

FIELDS = {"title": 400, "body": 2 * LIMIT, "tags": 1000, "excerpt": 1000, "version": 20}


def fields_of(post: Post) -> dict[str, str]:
    """Give a saved post as the fields of its form."""
    tags = ", ".join(post.tags.order_by("name").values_list("name", flat=True))
    return {
        "title": post.title,
        "body": post.body,
        "tags": tags,
        "excerpt": post.excerpt,
        "version": str(post.version),
    }


def keep(typed: dict[str, str], *, blog: Blog, post: Post | None, by: User) -> PostDraft | None:
    """Keep what `by` has typed so far; None, and nothing kept, where there is nothing in it."""
    fields = {name: typed.get(name, "").replace("\0", "")[:length] for name, length in FIELDS.items()}
    if not (fields["title"].strip() or fields["body"].strip()):
        return None
    draft, _is_new = PostDraft.objects.update_or_create(
        post=post, by=by, blog=blog, defaults={"fields": fields, "saved_at": timezone.now()}
    )
    return draft


def kept(*, blog: Blog, post: Post | None, by: User) -> PostDraft | None:
    """Give what `by` typed and did not save, or None."""
    return PostDraft.objects.filter(blog=blog, post=post, by=by).first()


def discard(*, blog: Blog, post: Post | None, by: User) -> bool:
    """Throw away what was typed and not saved; tell whether there was anything."""
    return bool(PostDraft.objects.filter(blog=blog, post=post, by=by).delete()[0])
