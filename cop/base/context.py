"""What every template knows; nothing here may ask the database."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cop.base.manifest import PAPER, PAPER_AT_NIGHT


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the site's name, its address, whether it is a development site, and the colours of its paper."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "is_development": settings.IS_DEVELOPMENT,
        "paper": {"day": PAPER, "night": PAPER_AT_NIGHT},
    }
