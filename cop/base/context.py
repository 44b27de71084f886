"""What every template knows; nothing here may ask the database."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the site's name, its address, and whether it is a development site."""
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, "is_development": settings.IS_DEVELOPMENT}
