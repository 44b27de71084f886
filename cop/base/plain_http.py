"""What programs ask for with a secret, over an open line: refused, where a browser would be sent on to TLS."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden


class SecretsInTheOpenMiddleware:
    """Answers 403 to a program that sent its secret readably; sent on, it would do so each time, and nobody knew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and _holds_a_secret(request):
            says = f"This address holds a secret: ask for it by {settings.SITE_URL}, and renew its key.\n"
            return HttpResponseForbidden(says, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


def _holds_a_secret(request: HttpRequest) -> bool:
    return request.path.startswith(settings.PATHS_OF_PROGRAMS) or "key" in request.GET
