"""Asking somebody in a forwarded exchange whether they may be named, and their answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from blogs import naming
from blogs.post_views import visible_post
from blogs.quoted_models import QuotedPerson
from cop.base.errors import Refused
from cop.base.pages import page
from members.permissions import require
from members.signing_in import SignedInRequest


@require_POST
@login_required
def naming_ask(
    request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int, person_id: int
) -> HttpResponse:
    """Ask by mail whether somebody may be named."""
    post = visible_post(request, community_slug, blog_slug, post_id)
    require(request.user, "blogs.edit_post", post)
    person = get_object_or_404(post.quoted, pk=person_id)
    person.post = post
    try:
        if naming.ask(person, by=request.user):
            messages.success(request, _("They are asked by mail. Until they agree, their name stays away."))
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("blogs:post-edit", community_slug, blog_slug, post_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def naming_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Say whether one's name may stand above one's words; the same link changes it again."""
    rows = QuotedPerson.objects.select_related("post__blog__community", "asked_by")
    person = rows.filter(token=token, asked_at__isnull=False).first() if token.isascii() else None
    if person is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("answer") == "yes":
            naming.agree(person, name=request.POST.get("name", ""))
        else:
            naming.decline(person)
        return redirect("blogs:naming", token)
    blog = person.post.blog
    context = {"person": person, "words": naming.words_of(person), "blog": blog, "accent_of": blog.community}
    return page(request, "blogs/naming.html", context)
