"""Asking from outside, without an account."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from cop.base.errors import Refused
from cop.base.limits import network_of
from cop.base.pages import page, posted
from discussions import asking_for_help
from discussions.forms import HelpForm
from discussions.forum_views import visible_forum
from members.permissions import require


@require_http_methods(["GET", "HEAD", "POST"])
def help_ask(request: HttpRequest, community_slug: str, forum_slug: str) -> HttpResponse:
    """Ask in a help forum; the page that follows says the same whether the address is known, or wants no mail."""
    forum = visible_forum(request, community_slug, forum_slug)
    require(request.user, "discussions.ask_for_help", forum)
    user = request.user
    initial = {"name": user.display_name, "address": user.email} if user.is_authenticated else {}
    form = HelpForm(posted(request), initial=initial)
    context = {"community": forum.community, "forum": forum, "form": form}
    if form.is_valid():
        try:
            asking_for_help.ask(forum, network=network_of(request), **form.cleaned_data)
            return page(request, "discussions/help_asked.html", {**context, "form": None})
        except Refused as refused:
            form.add_error(None, refused)
    return page(request, "discussions/help_ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def help_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the question by one button: a program that only follows the link asks nothing."""
    found = asking_for_help.waiting(token)
    if found is None:
        return page(request, "discussions/help_gone.html", status=404)
    if found.topic:
        return redirect(found.topic)
    context: dict[str, Any] = {"community": found.forum.community, "forum": found.forum, "asked": found}
    if request.method == "POST":
        try:
            return redirect(asking_for_help.confirm(found))
        except Refused as refused:
            context["refused"] = " ".join(refused.messages)
    return page(request, "discussions/help_confirm.html", context, status=409 if "refused" in context else 200)
