"""Pages of one post: reading, writing, its history."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blogs import commenting, drafting, holding, keeping_order
from blogs.archive import neighbours_of
from blogs.blog_views import visible_blog
from blogs.following import KIND
from blogs.forms import PostForm, ScheduleForm, ShareForm, comment_form
from blogs.models import Blog, Post, PostQuerySet
from blogs.publishing import mailing_of
from blogs.saving import Conflict, summary_of
from blogs.writing_by_mail import address_of
from cop.base.comparing import compare
from cop.base.errors import Refused
from cop.base.pages import page, posted
from cop.files.models import File
from cop.files.storing import store_image
from cop.mail import outbox
from cop.moderation.action_models import What
from cop.moderation.forms import ask_why, why_of
from discussions.forms import CommentForm
from members.blocking import blocked_ids
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


def visible_post(request: HttpRequest, community_slug: str, blog_slug: str, post_id: int) -> Post:
    """Give a post with its blog and community; Http404 where the reader may not know of it."""
    return _find(Post.objects.visible_to(request.user).with_authors(), community_slug, blog_slug, post_id)


def _find(posts: PostQuerySet, community_slug: str, blog_slug: str, post_id: int) -> Post:
    return get_object_or_404(posts, blog__community__slug=community_slug, blog__slug=blog_slug, pk=post_id)


@require_safe
def post(request: HttpRequest, community_slug: str, blog_slug: str, post_id: int, slug: str) -> HttpResponse:
    """Read a post."""
    # Nearly every post that is read is published: the longer question is asked about the others alone.
    published = Post.objects.published_to(request.user).for_reading().filter(pk=post_id)[:1]
    found = next(iter(published), None) or get_object_or_404(
        Post.objects.visible_to(request.user).for_reading(), pk=post_id
    )
    if (community_slug, blog_slug, slug) != (found.blog.community.slug, found.blog.slug, found.slug or "post"):
        return redirect(found, permanent=True)
    if found.topic:
        found.topic.community = found.blog.community
    context: dict[str, Any] = {
        "community": found.blog.community,
        "blog": found.blog,
        "post": found,
        "tags": SimpleLazyObject(lambda: list(found.tags.order_by("name"))),
        "thing_kind": KIND,
        "summary": SimpleLazyObject(lambda: summary_of(found)),
        "near": SimpleLazyObject(lambda: neighbours_of(found)),
        "comments": SimpleLazyObject(lambda: commenting.shown_under(found, reader=request.user)),
        "blocked": SimpleLazyObject(lambda: blocked_ids(request.user)),
        "comment_form": _comment_form(request, found),
    }
    if request.user.has_perm("blogs.publish_post", found):
        context |= {"schedule_form": ScheduleForm(), "share_form": ShareForm(post=found)}
        context["shares"] = found.shares.select_related("user")
        context["held"] = None if found.is_published else holding.waiting(found)
    if found.is_published and request.user.has_perm("blogs.see_mailing", found):
        context |= {"is_mailing_shown": True, **mailing_context(found)}
    return page(request, "blogs/post.html", context)


def _comment_form(request: HttpRequest, found: Post) -> CommentForm | None:
    if not request.user.has_perm("blogs.comment", found) or (found.topic and found.topic.hidden_at):
        return None
    return comment_form(found)


def mailing_context(found: Post) -> dict[str, Any]:
    """Give what the progress part shows: the post's mailing and how far it is."""
    mailing = mailing_of(found)
    return {"mailing": mailing, "progress": outbox.progress(mailing) if mailing else None}


@signed_in_or_send_again
def post_add(request: SignedInRequest, community_slug: str, blog_slug: str) -> HttpResponse:
    """Write a post; what was typed before and not saved is there again."""
    blog = visible_blog(request, community_slug, blog_slug)
    require(request.user, "blogs.add_post", blog)
    kept = drafting.kept(blog=blog, post=None, by=request.user)
    form = PostForm(posted(request), request.FILES or None, initial=kept.fields if kept else None, blog=blog)
    new = Post(blog=blog, author=request.user)
    if form.is_valid() and (saved := _save(request, form, new)):
        return redirect(saved)
    context = {"community": blog.community, "blog": blog, "form": form, "kept": kept}
    return page(request, "blogs/post_add.html", context | {"mail_address": address_of(blog, request.user)})


@signed_in_or_send_again
def post_edit(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Change a post. Who saves over somebody's newer words sees the difference first."""
    found = visible_post(request, community_slug, blog_slug, post_id)
    require(request.user, "blogs.edit_post", found)
    kept = drafting.kept(blog=found.blog, post=found, by=request.user)
    initial = kept.fields if kept else drafting.fields_of(found)
    form = PostForm(
        posted(request), request.FILES or None, initial=initial, blog=found.blog, has_cover=found.cover_id is not None
    )
    if keeping_order.is_others(found, request.user):
        ask_why(form, found.blog.community, What.EDITED)
    context = {"community": found.blog.community, "blog": found.blog, "post": found, "form": form, "kept": kept}
    context["quoted"] = found.quoted.order_by("pk")
    context["held"] = None if found.is_published else holding.waiting(found)
    if form.is_valid():
        try:
            if saved := _save(request, form, Post.objects.with_authors().get(pk=found.pk)):
                messages.success(request, _("Saved."))
                return redirect(saved)
        except Conflict as conflict:
            context |= _conflict_context(request, form, conflict)
    return page(request, "blogs/post_edit.html", context)


def _save(request: SignedInRequest, form: PostForm, found: Post) -> Post | None:
    """Save what the form holds; None, with the reason at the field, where it is refused."""
    data = form.cleaned_data
    try:
        return keeping_order.edit(
            found,
            title=data["title"],
            body=data["body"],
            by=request.user,
            why=why_of(form),
            excerpt=data["excerpt"],
            tags=data["tags"],
            cover=_cover(request, found.blog, data["cover_image"]),
            is_cover_kept=not data.get("is_cover_removed"),
            version=(data["version"] or 0) if found.pk else None,
        )
    except Conflict:
        raise
    except Refused as refused:
        is_about_a_field = hasattr(refused, "error_dict")
        form.add_error("cover_image" if data["cover_image"] and not is_about_a_field else None, refused)
        return None


def _cover(request: SignedInRequest, blog: Blog, upload: Any) -> File | None:
    if not upload:
        return None
    return store_image(upload, community=blog.community, by=request.user, audience=blog.audience)


def _conflict_context(request: SignedInRequest, form: PostForm, conflict: Conflict) -> dict[str, Any]:
    """Give the newer text, the difference to what was typed, and a form that saves over it knowingly."""
    typed = form.cleaned_data["body"]
    form.add_error(None, conflict)
    form.data = data = request.POST.copy()
    data["version"] = str(conflict.newer.version)
    return {"newer": conflict.newer, "changes": compare(conflict.newer.body, typed)}


@require_safe
@login_required
def post_history(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """What a post was before, and what changed each time."""
    found = visible_post(request, community_slug, blog_slug, post_id)
    require(request.user, "blogs.edit_post", found)
    revisions = list(found.revisions.select_related("by").order_by("-version")[:50])
    steps = [
        {"revision": newer, "changes": compare(older.body if older else "", newer.body)}
        for newer, older in zip(revisions, [*revisions[1:], None], strict=True)
    ]
    context = {"community": found.blog.community, "blog": found.blog, "post": found, "steps": steps}
    return page(request, "blogs/post_history.html", context)
