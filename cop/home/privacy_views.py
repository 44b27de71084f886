"""What the site says to everybody about what it keeps (GDPR, article 13)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cop.base.pages import page
from cop.privacy import telling


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept about people, why, for how long, who sees it, whom it goes to, and what one can do."""
    context = {
        "operator": settings.SITE_OPERATOR,
        "contact": telling.contact(),
        "contact_words": settings.PRIVACY_CONTACT.removeprefix("mailto:"),
        "kept": telling.how_long(),
        "recipients": list(telling.recipients()),
    }
    return page(request, "home/privacy.html", context)
