"""Pages of polls for a date."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.pages import page, posted
from events import polling
from events.event_views import visible_community
from events.forms import zone_choices
from events.poll_models import DatePoll, DateProposal, Vote
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again

PROPOSALS_SHOWN = 6
MOMENT = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class PollForm(forms.Form):
    """When shall we meet?"""

    title = forms.CharField(label=gettext_lazy("What is it"), max_length=200)
    about = forms.CharField(
        label=gettext_lazy("What for"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    timezone = forms.ChoiceField(label=gettext_lazy("Time zone of these dates"), choices=zone_choices)
    minutes = forms.IntegerField(label=gettext_lazy("How long, in minutes"), min_value=5, max_value=24 * 60, initial=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, PROPOSALS_SHOWN + 1):
            self.fields[f"date_{number}"] = forms.CharField(
                label=_("Date %(number)d") % {"number": number}, required=number <= 2, max_length=40, widget=MOMENT
            )

    def clean(self) -> dict[str, Any]:
        super().clean()
        data = self.cleaned_data
        data["starts"] = []
        for number in range(1, PROPOSALS_SHOWN + 1):
            text = data.get(f"date_{number}") or ""
            try:
                # Wall time of the zone chosen above, not of the reader's own: it is read without any.
                if text:
                    data["starts"].append(datetime.fromisoformat(text).replace(tzinfo=None))
            except ValueError:
                self.add_error(f"date_{number}", _("Write a date such as 2027-01-04 18:00."))
        return data


def visible_poll(request: HttpRequest, community_slug: str, poll_id: int) -> DatePoll:
    """Give a poll with its community; Http404 where the reader may not know of either."""
    community = visible_community(request, community_slug)
    polls = DatePoll.objects.visible_to(request.user).filter(community=community)
    polls = polls.select_related("community", "created_by", "event__community")
    found = get_object_or_404(polls, pk=poll_id)
    require(request.user, "events.see_poll", found)
    return found


@signed_in_or_send_again
def poll_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Ask for a date."""
    community = visible_community(request, community_slug)
    require(request.user, "events.add_poll", community)
    form = PollForm(posted(request), initial={"timezone": request.user.timezone})
    if form.is_valid():
        data = form.cleaned_data
        row = DatePoll(community=community, **{name: data[name] for name in ("title", "about", "timezone", "minutes")})
        try:
            return redirect(polling.ask(row, starts=data["starts"], by=request.user))
        except Refused as refused:
            form.add_error(None, refused)
    return page(request, "events/poll_add.html", {"community": community, "form": form})


@require_safe
@login_required
def poll(request: SignedInRequest, community_slug: str, poll_id: int) -> HttpResponse:
    """A poll, each date in the reader's own zone."""
    found = visible_poll(request, community_slug, poll_id)
    tallies = polling.tallies(found, request.user)
    context = {
        "community": found.community,
        "poll": found,
        "tallies": tallies,
        "best": max((tally.yes for tally in tallies), default=0),
        "choices": Vote.choices,
        "may_vote": found.is_open and request.user.has_perm("events.vote", found),
        "may_settle": request.user.has_perm("events.settle_poll", found),
    }
    return page(request, "events/poll.html", context)


@require_POST
@login_required
def poll_vote(request: SignedInRequest, community_slug: str, poll_id: int) -> HttpResponse:
    """Keep when the reader has time."""
    found = visible_poll(request, community_slug, poll_id)
    require(request.user, "events.vote", found)
    votes = {
        int(name.removeprefix("proposal-")): word
        for name, word in request.POST.items()
        if name.startswith("proposal-") and name[9:].isdecimal() and len(name) < 28 and word in Vote.values
    }
    try:
        polling.vote(found, votes, by=request.user)
        messages.success(request, _("Saved. You can change it as long as no date is chosen."))
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(found)


@require_POST
@login_required
def poll_choose(request: SignedInRequest, community_slug: str, poll_id: int, proposal_id: int) -> HttpResponse:
    """Make the event from one of the dates."""
    found = visible_poll(request, community_slug, poll_id)
    require(request.user, "events.settle_poll", found)
    proposal = get_object_or_404(DateProposal, poll=found, pk=proposal_id)
    try:
        made = polling.choose(found, proposal, by=request.user)
        messages.success(request, _("Here is the event, as a draft. Publish it, and those who voted hear of the date."))
        return redirect(made)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(found)


@require_POST
@login_required
def poll_close(request: SignedInRequest, community_slug: str, poll_id: int) -> HttpResponse:
    """End a poll without a date."""
    found = visible_poll(request, community_slug, poll_id)
    require(request.user, "events.settle_poll", found)
    if polling.close(found):
        messages.success(request, _("Closed, without a date."))
    return redirect(found)
