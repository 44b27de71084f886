"""Asking from outside, without an account; and asking somebody by name who could help."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cop.base.errors import Refused
from cop.base.limits import network_of
from cop.base.pages import page, posted
from discussions import asking_for_help, helping
from discussions.forms import HelpForm
from discussions.forum_views import visible_forum
from discussions.topic_views import visible_topic
from members.models import User
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


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
            by = user if user.is_authenticated else None
            asking_for_help.ask(forum, network=network_of(request), by=by, **form.cleaned_data)
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
            if topic := asking_for_help.confirm(found):
                return redirect(topic)
            return page(request, "discussions/help_waits.html", context)
        except Refused as refused:
            context["refused"] = " ".join(refused.messages)
    return page(request, "discussions/help_confirm.html", context, status=409 if "refused" in context else 200)


@signed_in_or_send_again
def could_help(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Show who could help with a question, and ask one of them by one button."""
    found = visible_topic(request, community_slug, topic_id)
    require(request.user, "discussions.ask_somebody", found)
    if request.method == "POST":
        number = request.POST.get("user", "")
        people = User.objects.visible_to(request.user)
        person = people.filter(pk=int(number) if number.isdecimal() and len(number) < 19 else 0).first()
        try:
            if person is None:
                raise Refused(_("Choose somebody from the list."))
            helping.invite(found, person, by=request.user)
            messages.success(request, _("%(name)s was asked.") % {"name": person.display_name})
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect("discussions:could-help", community_slug, found.pk)
    context = {
        "community": found.community,
        "topic": found,
        "people": helping.who_could_help(found, reader=request.user),
        "asked": helping.asked_about(found),
    }
    return page(request, "discussions/could_help.html", context)
