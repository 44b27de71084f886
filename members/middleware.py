"""The reader's own time zone and language, for whoever is signed in."""

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation


class ReaderMiddleware:
    """Shows times in the reader's zone and pages in the reader's language; a visitor's session is not touched.

    Whoever signs out leaves no page behind in the browser.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
            return self.get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(request.user.timezone)), translation.override(request.user.language):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
        if SESSION_KEY not in request.session:
            # This request signed them out: pages that the browser keeps are not for whoever sits down after them.
            response["Clear-Site-Data"] = '"cache"'
        elif not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private"
        return response
