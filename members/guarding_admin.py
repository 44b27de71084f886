"""The admin pages: for staff who said again who they are."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def guarded(admin_view: Callable[..., View]) -> Callable[..., View]:
    """Wrap the admin's own check, which lets staff in, with what this site asks of them beside it."""

    def guard(view: View, cacheable: bool = False) -> View:
        inner = admin_view(view, cacheable)

        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST" and request.user.is_authenticated and request.user.is_staff:
                raise_if_reauthentication_required(request, app="admin")
            return inner(request, *args, **kwargs)

        return checked

    return guard
