"""The admin pages: for staff who said again who they are, with a second factor where the site asks for one."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

View = Callable[..., HttpResponse]


def guarded(admin_view: Callable[..., View]) -> Callable[..., View]:
    """Wrap the admin's own check, which lets staff in, with what this site asks of them beside it."""

    def guard(view: View, cacheable: bool = False) -> View:
        inner = admin_view(view, cacheable)

        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and request.user.is_staff:
                _check(request)
            return inner(request, *args, **kwargs)

        return checked

    return guard


def _check(request: HttpRequest) -> None:
    if settings.ADMIN_NEEDS_SECOND_FACTOR and not is_mfa_enabled(request.user):
        raise PermissionDenied(_("These pages are for site staff with a second factor: add one in your account first."))
    if request.method == "POST" and is_reauthentication_required(request, app="admin"):
        raise ReauthenticationRequired
