"""Doors that need an account, without losing what was typed by somebody whose session has ended."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from cop.base.errors import typed_fields
from members.models import User

View = TypeVar("View", bound=Callable[..., HttpResponse])
AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])


class SignedInRequest(HttpRequest):
    """A request behind `login_required` or `signed_in_or_send_again`: there is a user."""

    user: User


def sure(view: AnyView) -> AnyView:
    """Ask who is signed in to prove it once more, unless they did a while ago; a form sent meanwhile is not lost."""
    return cast(AnyView, reauthentication_required(view))


def signed_in_or_send_again(view: View) -> View:
    """Send a visitor to sign in; one who posts sees the typed text with a button that sends it again."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        context = {"typed": typed_fields(request), "reason": "signed_out"}
        return render(request, "send_again.html", context, status=403)

    return cast(View, guarded)
