"""What robots are asked to leave alone (RFC 9309)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cop.base.links import absolute_url

RULES = """User-agent: *
Disallow: /accounts/
Disallow: /mail/
Disallow: /me/
Disallow: /invitations/

Sitemap: {sitemap}
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Give robots.txt."""
    return HttpResponse(RULES.format(sitemap=absolute_url("sitemap-index")), content_type="text/plain")
