"""Knocking at thousands of doors quickly: the view itself, for a person who is signed in already.

What stands around every view (sessions, cookies, headers) has tests of its own; here a view is asked directly, with
pages drawn only where somebody looks at them. So a knock costs less than a millisecond, not ten.
"""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import Any
from unittest import mock

from allauth.core.context import request_context
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template import loader
from django.test import RequestFactory
from django.urls import ResolverMatch, resolve
from django_htmx.middleware import HtmxDetails

from cop.base.methods import KnownMethodsMiddleware
from members.audiences import roles_of
from tests.access.people import World
from tests.proofs import note_proof

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
READS = ("get", "head")
# What no page of ours takes: refused before any view.
ELSE = ("put", "patch", "delete", "options")
METHODS = (*READS, "post", *ELSE)
OUTCOMES = {403: "forbidden", 404: "missing", 405: "method"}
factory = RequestFactory()
draw = loader.render_to_string


class Unseen:
    """Stands in for drawing a page: notes its name and gives nothing."""

    drawn = ""

    def __call__(
        self, template: Any, context: Any = None, request: HttpRequest | None = None, using: Any = None
    ) -> str:
        if request is None:  # A mail: its words count.
            return draw(template, context, request, using)
        self.drawn = template if isinstance(template, str) else template[0]
        return ""


@contextmanager
def unseen() -> Iterator[Unseen]:
    """Let views decide without drawing their pages."""
    with mock.patch.object(loader, "render_to_string", Unseen()) as stand_in:
        yield stand_in


def request_of(around: World, person: str, method: str, url: str, data: dict[str, str]) -> HttpRequest:
    """Give the request as it would reach the view, from somebody who has just signed in."""
    request = getattr(factory, method)(url, data) if method in (*READS, "post") else getattr(factory, method)(url)
    request.session = SessionStore()
    user = around.people[person]
    if user is None:
        request.user = AnonymousUser()
    else:
        roles_of(user)  # Read once: none of them changes, for whatever a knock does is undone.
        request.user = copy.copy(user)
        note_proof(request.session, user)
    request._messages = default_storage(request)
    request.htmx = HtmxDetails(request)
    request._dont_enforce_csrf_checks = True
    return request


@lru_cache(maxsize=8)
def leads_to(path: str) -> ResolverMatch:
    """Find the view once for all who knock at one door."""
    return resolve(path)


def ask(request: HttpRequest) -> HttpResponseBase:
    """Call the view that `request` leads to."""
    found = leads_to(request.path_info)
    request.resolver_match = found
    with request_context(request):
        return found.func(request, *found.args, **found.kwargs)


def knock(around: World, person: str, method: str, url: str, data: dict[str, str]) -> str:
    """Try a door, undo whatever came of it, and say in one word what that was."""
    request = request_of(around, person, method, url, data)
    if method in ELSE:
        return outcome_of(request)
    cache.clear()
    with transaction.atomic():
        outcome = outcome_of(request)
        transaction.set_rollback(True)
    return outcome


def outcome_of(request: HttpRequest) -> str:
    """Say in one word how a view answers."""
    with unseen() as page:
        try:
            answer = KnownMethodsMiddleware(ask)(request)
        except Http404:
            return "missing"
        except PermissionDenied:
            return "forbidden"
    if answer.status_code == 302 and "/accounts/login" in answer.url:
        return "sign in"
    if answer.status_code == 403 and page.drawn == "send_again.html":
        return "sign in"
    return OUTCOMES.get(answer.status_code, "in")
