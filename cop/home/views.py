"""The site's home and each community's home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from cop.base.pages import page
from members.models import Community


def site(request: HttpRequest) -> HttpResponse:
    """List the communities that the reader may know of."""
    communities = Community.objects.visible_to(request.user).alive()
    return page(request, "home/site.html", {"communities": communities})


def community(request: HttpRequest, community_slug: str) -> HttpResponse:
    """Say what a community is for, who facilitates it and what is new."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    return page(request, "home/community.html", {"community": found})
