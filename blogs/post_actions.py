"""What is done to a post by one button: publish, schedule, withdraw, share, and the mailing's pause; and autosaving."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from blogs import drafting, keeping_order, publishing, publishing_held, sharing
from blogs.blog_views import visible_blog
from blogs.forms import ScheduleForm, ShareForm
from blogs.holding import Held
from blogs.models import Post
from blogs.post_views import mailing_context, visible_post
from cop.base.errors import Refused
from cop.base.pages import page
from cop.mail import outbox
from cop.mail.models import Mailing
from cop.moderation.action_models import What
from members.permissions import require
from members.signing_in import SignedInRequest


def _own(request: SignedInRequest, where: tuple[str, str, int], permission: str = "blogs.publish_post") -> Post:
    found = visible_post(request, *where)
    require(request.user, permission, found)
    return found


def _do(request: SignedInRequest, post: Post, process: Callable[[], bool], said: str) -> HttpResponse:
    try:
        if process():
            messages.success(request, said)
    except Held as held:
        messages.info(request, " ".join(held.messages))
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(post)


@require_POST
@login_required
def post_publish(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Publish a post."""
    post = _own(request, (community_slug, blog_slug, post_id))
    return _do(request, post, lambda: publishing.publish(post, by=request.user), _("Published."))


@require_POST
@login_required
def post_schedule(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Let a post be published later."""
    post = _own(request, (community_slug, blog_slug, post_id))
    form = ScheduleForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
        return redirect(post)
    at = form.cleaned_data["publish_at"]
    said = _("It will be published at %(at)s.") % {"at": date_format(localtime(at), "DATETIME_FORMAT")}
    return _do(request, post, lambda: publishing.schedule(post, by=request.user, at=at), said)


@require_POST
@login_required
def post_take_back(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Publish a post that waits for a facilitator after all not: it is a draft as before."""
    post = _own(request, (community_slug, blog_slug, post_id), "blogs.edit_post")
    said = _("Taken back: it is a draft again.")
    return _do(request, post, lambda: publishing_held.take_back(post, by=request.user), said)


@require_POST
@login_required
def post_unschedule(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Make a scheduled post a draft again."""
    post = _own(request, (community_slug, blog_slug, post_id))
    return _do(request, post, lambda: publishing.unschedule(post, by=request.user), _("It is a draft again."))


@require_POST
@login_required
def post_withdraw(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Take a post back; what somebody else published is hidden, for a reason that they are told."""
    post = _own(request, (community_slug, blog_slug, post_id))
    if keeping_order.is_others(post, request.user):
        return redirect("moderation:act", "post", post.pk, What.HIDDEN)
    said = _("Withdrawn: only you and the facilitators can read it now.")
    return _do(request, post, lambda: keeping_order.hide(post.pk, request.user), said)


@require_POST
@login_required
def post_share(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Show a draft to another member."""
    post = _own(request, (community_slug, blog_slug, post_id))
    form = ShareForm(request.POST, post=post)
    if not form.is_valid():
        messages.error(request, _("Choose a member of the community."))
        return redirect(post)
    reader = form.cleaned_data["user"]
    said = _("%(name)s gets a mail with the link.") % {"name": reader.display_name}
    return _do(request, post, lambda: sharing.share(post, reader=reader, by=request.user), said)


@require_POST
@login_required
def post_unshare(
    request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int, share_id: int
) -> HttpResponse:
    """Stop showing a draft to somebody."""
    post = _own(request, (community_slug, blog_slug, post_id))
    shared = get_object_or_404(post.shares.select_related("user"), pk=share_id)
    said = _("%(name)s no longer sees the draft.") % {"name": shared.user.display_name}
    return _do(request, post, lambda: sharing.unshare(post, reader=shared.user, by=request.user), said)


@require_POST
@login_required
def draft_keep(
    request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int | None = None
) -> JsonResponse:
    """Keep what is being typed; answers when it was kept, for the line below the editor."""
    if post_id is None:
        blog, post = visible_blog(request, community_slug, blog_slug), None
        require(request.user, "blogs.add_post", blog)
    else:
        post = _own(request, (community_slug, blog_slug, post_id), "blogs.edit_post")
        blog = post.blog
    draft = drafting.keep(request.POST.dict(), blog=blog, post=post, by=request.user)
    at = date_format(localtime(draft.saved_at), "TIME_FORMAT") if draft else ""
    return JsonResponse({"saved": _("Kept at %(at)s") % {"at": at} if at else ""})


@require_POST
@login_required
def draft_discard(
    request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int | None = None
) -> HttpResponse:
    """Throw away what was typed and not saved."""
    if post_id is None:
        blog = visible_blog(request, community_slug, blog_slug)
        require(request.user, "blogs.add_post", blog)
        drafting.discard(blog=blog, post=None, by=request.user)
        return redirect("blogs:post-add", community_slug, blog_slug)
    post = _own(request, (community_slug, blog_slug, post_id), "blogs.edit_post")
    drafting.discard(blog=post.blog, post=post, by=request.user)
    return redirect("blogs:post-edit", community_slug, blog_slug, post_id)


@require_safe
@login_required
def mailing_progress(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """How far a post's mailing is, as a part that the post's page asks for again and again."""
    post = _own(request, (community_slug, blog_slug, post_id), "blogs.see_mailing")
    context = {"post": post, "blog": post.blog, "community": post.blog.community, **mailing_context(post)}
    return page(request, "blogs/_mailing.html", context)


@require_POST
@login_required
def mailing_pause(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Hold a post's mailing."""
    post = _own(request, (community_slug, blog_slug, post_id), "blogs.see_mailing")
    reason = _("Paused by %(name)s") % {"name": request.user.display_name}
    return _do(request, post, lambda: _on_mailing(post, lambda one: outbox.pause(one, reason=reason)), _("Paused."))


@require_POST
@login_required
def mailing_resume(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Let a paused mailing go on."""
    post = _own(request, (community_slug, blog_slug, post_id), "blogs.see_mailing")
    return _do(request, post, lambda: _on_mailing(post, outbox.resume), _("It goes on."))


def _on_mailing(post: Post, process: Callable[[Mailing], bool]) -> bool:
    mailing = publishing.mailing_of(post)
    return mailing is not None and process(mailing)
