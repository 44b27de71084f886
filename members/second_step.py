"""Who must have a second step for signing in, and the way that leads everybody else past the page that sets one up."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from cop.base.errors import typed_fields
from members.audiences import facilitated_by
from members.models import User
from members.recognising import SECOND_STEPS

# What SECOND_STEP_FOR may say, beside "staff", who are in all of these but the first.
NOBODY, FACILITATORS, EVERYBODY = "nobody", "facilitators", "everybody"


def is_asked_of(user: User) -> bool:
    """Whether this site makes `user` have a second step."""
    who: str = settings.SECOND_STEP_FOR
    if who == EVERYBODY:
        return True
    if who != NOBODY and (user.is_staff or user.is_superuser):
        return True
    return who == FACILITATORS and bool(facilitated_by(user))


def has_one(user: User) -> bool:
    """Whether `user` has one; it was read together with whoever is signed in."""
    kept: bool | None = getattr(user, "has_second_step", None)
    return bool(is_mfa_enabled(user, SECOND_STEPS)) if kept is None else bool(kept)


def is_missing(user: User) -> bool:
    """Whether `user` must set one up before anything else."""
    return is_asked_of(user) and not has_one(user)


def take_as_proof(request: HttpRequest, user: User) -> None:
    """Let the sign-in that just happened be proof enough for setting one up: nobody is asked twice in a minute."""
    if is_missing(user) and (records := get_authentication_records(request, user)):
        proven = {**records[-1], "reauthenticated": True}
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [*records[:-1], proven]


class SecondStepMiddleware:
    """Leads whoever must have a second step and has none to the page that sets one up; what was typed is not lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Answer in the view's place, whichever it is, unless it is one of the few that are open."""
        if settings.SECOND_STEP_FOR == NOBODY or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        match = request.resolver_match
        if match is None or match.view_name in settings.OPEN_WITHOUT_SECOND_STEP or not request.user.is_authenticated:
            return None
        if not is_missing(request.user):
            return None
        if request.method == "POST":
            context = {"typed": typed_fields(request), "reason": "second_step"}
            return render(request, "send_again.html", context, status=403)
        return redirect(f"{reverse('members:second-step')}?{urlencode({'next': request.get_full_path()})}")
