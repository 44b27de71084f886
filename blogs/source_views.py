"""Pages for facilitators: the feeds that fill a blog."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from blogs import previewing, using
from blogs.discovering import discover
from blogs.models import Blog
from blogs.reading import NotAFeed
from blogs.source_forms import FindFeedForm, SourceAddForm, SourceUseForm
from blogs.sources import EntryUse, SourceUse
from cop.base.errors import Refused
from cop.base.fetching import FetchFailed
from cop.base.keyset import paginate
from cop.base.limits import within_limit
from cop.base.pages import page, posted
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


def find_blog(request: SignedInRequest, community_slug: str, blog_slug: str) -> Blog:
    """Give a blog whose sources the reader may manage; 404 where it is not visible, 403 where it is not theirs."""
    blogs = Blog.objects.visible_to(request.user).select_related("community")
    blog = get_object_or_404(blogs, community__slug=community_slug, slug=blog_slug)
    require(request.user, "blogs.manage_sources", blog)
    return blog


def find_use(request: SignedInRequest, community_slug: str, blog_slug: str, use_id: int) -> SourceUse:
    """Give a feed's use in a blog whose sources the reader may manage."""
    blog = find_blog(request, community_slug, blog_slug)
    use = get_object_or_404(SourceUse.objects.select_related("source"), blog=blog, pk=use_id)
    use.blog = blog
    return use


@require_safe
@signed_in_or_send_again
def source_list(request: SignedInRequest, community_slug: str, blog_slug: str) -> HttpResponse:
    """All feeds of a blog, with their state in words."""
    blog = find_blog(request, community_slug, blog_slug)
    uses = blog.source_uses.select_related("source").order_by("source__title", "pk")
    context = {"community": blog.community, "blog": blog, "uses": uses, "form": FindFeedForm()}
    return page(request, "blogs/source_list.html", context)


@signed_in_or_send_again
def source_find(request: SignedInRequest, community_slug: str, blog_slug: str) -> HttpResponse:
    """Look for a feed at an address and show what it would become; looking changes nothing, but asks a stranger."""
    blog = find_blog(request, community_slug, blog_slug)
    form = FindFeedForm(posted(request))
    context = {"community": blog.community, "blog": blog, "form": form}
    if form.is_valid():
        try:
            if not within_limit("feed-find", str(request.user.pk), times=30, seconds=600):
                raise Refused(_("That were many addresses at once. Try again in ten minutes."))
            found = discover(form.cleaned_data["address"])
        except (FetchFailed, NotAFeed, Refused) as failed:
            form.add_error("address", failed if isinstance(failed, Refused) else str(failed))
        else:
            settings = SourceAddForm(initial={"url": found.url}, instance=SourceUse(blog=blog))
            preview = previewing.preview(found.feed, blog=blog, at=timezone.now())
            return page(request, "blogs/source_add.html", context | {"form": settings, "preview": preview})
    return page(request, "blogs/source_find.html", context)


@require_POST
@signed_in_or_send_again
def source_add(request: SignedInRequest, community_slug: str, blog_slug: str) -> HttpResponse:
    """Let the blog use a feed that was found."""
    blog = find_blog(request, community_slug, blog_slug)
    form = SourceAddForm(request.POST, instance=SourceUse(blog=blog))
    if form.is_valid():
        try:
            use = using.add_source(blog, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("The feed is being collected; look again in a minute."))
            return redirect(use)
    return page(request, "blogs/source_add.html", {"community": blog.community, "blog": blog, "form": form})


@require_safe
@signed_in_or_send_again
def source_show(request: SignedInRequest, community_slug: str, blog_slug: str, use_id: int) -> HttpResponse:
    """One feed: how it does, what became of its entries."""
    use = find_use(request, community_slug, blog_slug, use_id)
    rows = EntryUse.objects.filter(use=use).select_related("entry", "post__blog__community")
    entries = paginate(rows, order=("pk",), at=request.GET.get("page", ""))
    context = {"community": use.blog.community, "blog": use.blog, "use": use, "source": use.source, "entries": entries}
    return page(request, "blogs/source_show.html", context)


@signed_in_or_send_again
def source_edit(request: SignedInRequest, community_slug: str, blog_slug: str, use_id: int) -> HttpResponse:
    """Change what becomes of a feed's entries from now on."""
    use = find_use(request, community_slug, blog_slug, use_id)
    form = SourceUseForm(posted(request), instance=use)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved. It holds for what is collected from now on."))
        return redirect(use)
    context = {"community": use.blog.community, "blog": use.blog, "use": use, "form": form}
    return page(request, "blogs/source_edit.html", context)


@require_POST
@signed_in_or_send_again
def source_collect(request: SignedInRequest, community_slug: str, blog_slug: str, use_id: int) -> HttpResponse:
    """Ask the feed now."""
    use = find_use(request, community_slug, blog_slug, use_id)
    if within_limit("feed-collect", str(use.source_id), times=5, seconds=600):
        using.collect_now(use, at=timezone.now())
        messages.success(request, _("The feed is being collected; look again in a minute."))
    else:
        messages.warning(request, _("It was asked several times just now. Give it ten minutes."))
    return redirect(use)


@require_POST
@signed_in_or_send_again
def source_pause(request: SignedInRequest, community_slug: str, blog_slug: str, use_id: int) -> HttpResponse:
    """Take nothing more from the feed into this blog."""
    use = find_use(request, community_slug, blog_slug, use_id)
    using.pause(use)
    messages.success(request, _("Paused: nothing more comes from this feed until you resume it."))
    return redirect(use)


@require_POST
@signed_in_or_send_again
def source_resume(request: SignedInRequest, community_slug: str, blog_slug: str, use_id: int) -> HttpResponse:
    """Take from the feed again."""
    use = find_use(request, community_slug, blog_slug, use_id)
    using.resume(use, at=timezone.now())
    messages.success(request, _("The feed is collected again."))
    return redirect(use)


@require_POST
@signed_in_or_send_again
def source_remove(request: SignedInRequest, community_slug: str, blog_slug: str, use_id: int) -> HttpResponse:
    """Take the feed out of the blog."""
    use = find_use(request, community_slug, blog_slug, use_id)
    using.remove(use)
    messages.success(request, _("The feed is out of this blog. Its posts stay."))
    return redirect("blogs:source-list", community_slug, blog_slug)
