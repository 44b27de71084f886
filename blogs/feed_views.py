"""The page that shows somebody's personal feed addresses, and renews their key."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from blogs import reading_keys
from blogs.models import Blog, FeedKey
from cop.base.pages import page
from members.audiences import Audience
from members.signing_in import SignedInRequest, sure


@require_safe
@login_required
def feed_keys(request: SignedInRequest) -> HttpResponse:
    """Show the addresses of the feeds of this user's communities that are not public."""
    mine = request.user.memberships.active().values("community")
    blogs = Blog.objects.visible_to(request.user).filter(community__in=mine).exclude(audience=Audience.PUBLIC)
    context = {
        "key": FeedKey.objects.filter(user=request.user).values_list("key", flat=True).first(),
        "blogs": blogs.select_related("community").order_by("community__name", "name")[:200],
    }
    return page(request, "blogs/feed_keys.html", context)


@require_POST
@login_required
@sure
def feed_key_renew(request: SignedInRequest) -> HttpResponse:
    """Make a key, or a new one in place of the old."""
    reading_keys.renew(request.user)
    messages.success(request, _("You have a new key. Addresses with an old one no longer work."))
    return redirect("blogs:feed-keys")
