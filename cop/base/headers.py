"""Headers that say how far a browser may let others use what we answer, beside those that Django and CSP send."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

# Django's own admin pages write HTML with a library that knows no Trusted Types; the rest of the policy holds there.
WITHOUT_TRUSTED_TYPES = {"require-trusted-types-for": None, "trusted-types": None}


class HeadersMiddleware:
    """Lets no other site embed what we answer, but for images that mails show too (`cop.base.images` says which).

    Pages about accounts and lists of persons (NEVER_KEPT) are kept by no browser; others are, or going back would lose
    what was typed and ask for each page anew.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.resolver_match and request.resolver_match.view_name.startswith(settings.NEVER_KEPT):
            add_never_cache_headers(response)
        if request.path.startswith(self.admin):
            response._csp_replace = WITHOUT_TRUSTED_TYPES  # type: ignore[attr-defined]
        return response
