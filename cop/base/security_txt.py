"""Whom to tell of a hole in this site's security (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.base.links import absolute_url

# What is fetched today can be trusted for so long; it is made anew with each request.
VALID_FOR = timedelta(days=180)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Give security.txt; there is none where the site's operator named nobody in SECURITY_CONTACT."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACT]
    lines += [f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", f"Canonical: {absolute_url('security-txt')}"]
    lines += ["Preferred-Languages: " + ", ".join(code for code, _name in settings.LANGUAGES)]
    if settings.SECURITY_POLICY:
        lines.append(f"Policy: {settings.SECURITY_POLICY}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")
