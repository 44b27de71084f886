"""What a phone needs to put the site on its home screen (W3C Web Application Manifest)."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.shortcuts import resolve_url
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# What --paper is in static/css/tokens.css, by day and by night: bars around a page have its colour.
PAPER, PAPER_AT_NIGHT = "#fbfaf7", "#181715"
ICONS = (
    ("icon.svg", "image/svg+xml", "any", "any"),
    ("icon-192.png", "image/png", "192x192", "any"),
    ("icon-512.png", "image/png", "512x512", "any"),
    # Some phones cut their icons into shapes of their own: all that matters lies within its inner circle.
    ("icon-maskable-512.png", "image/png", "512x512", "maskable"),
)


@require_safe
@cache_control(public=True, max_age=86400)
def manifest(request: HttpRequest) -> JsonResponse:
    """Give the manifest: the site stands alone, as an app does, under its own name."""
    home = resolve_url(settings.LOGIN_REDIRECT_URL)
    said = {
        "id": home,
        "name": settings.SITE_NAME,
        "lang": settings.LANGUAGE_CODE,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "theme_color": PAPER,
        "background_color": PAPER,
        "color_scheme_dark": {"theme_color": PAPER_AT_NIGHT, "background_color": PAPER_AT_NIGHT},
        "icons": [
            {"src": static(f"img/{name}"), "type": kind, "sizes": sizes, "purpose": purpose}
            for name, kind, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(said, content_type="application/manifest+json")
