"""A community's colour as a stylesheet of one line: the Content-Security-Policy forbids inline styles."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=31536000, immutable=True)
def accent(request: HttpRequest, colour: str) -> HttpResponse:
    """Give the stylesheet that sets the accent to `colour`, six hexadecimal digits that the URL has checked."""
    return HttpResponse(f":root{{--accent:#{colour}}}", content_type="text/css")
