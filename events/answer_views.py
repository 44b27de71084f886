"""Answering: in the browser, by the page that a mail leads to, and without an account."""

from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from cop.base.errors import Refused
from cop.base.limits import network_of, within_limit
from cop.base.pages import page, posted
from cop.notifications.models import State, Subscription
from cop.notifications.tokens import is_token
from events import answering, personal, visiting, wording
from events.event_views import visible_occurrence
from events.forms import RemindersForm, TookForm
from events.models import Occurrence
from events.rsvp_models import Answer, Rsvp
from events.showing import answer_form, page_context
from events.visitor_forms import VisitorForm
from members.models import User
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again

ASKS_AN_HOUR = 30
ASKS_AN_ADDRESS = 5
SAID = {
    Answer.COMING: gettext_lazy("You are coming. A mail with the entry for your calendar is on its way."),
    Answer.MAYBE: gettext_lazy("Perhaps, then. You can say so when you know."),
    Answer.NOT: gettext_lazy("Thank you for saying so."),
    Answer.WAITING: gettext_lazy("You are on the waiting list, and hear at once when a place is free."),
}


@require_POST
@signed_in_or_send_again
def occurrence_answer(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Keep the answer of somebody who is signed in."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    require(request.user, "events.answer", row)
    rsvp = answering.rsvp_of(row, request.user)
    form = answer_form(row, rsvp, request.POST)
    if form.is_valid() and _answered(request, row, form, request.user):
        return redirect(row)
    return page(request, "events/event.html", page_context(request, row, form=form))


def _answered(request: HttpRequest, row: Occurrence, form: Form, person: User) -> bool:
    data = form.cleaned_data
    try:
        kept = answering.answer(
            row, person=person, answer=data["answer"], guests=data.get("guests") or 0, line=data["line"]
        )
    except Refused as refused:
        form.add_error(None, refused)
        return False
    messages.success(request, str(SAID.get(Answer(kept.answer), _("Saved."))))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def answer_ask(request: HttpRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Answer a public event without an account: the address is confirmed by mail first."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    if not visiting.is_open_to_visitors(row):
        raise Http404
    form = VisitorForm(posted(request), guests_most=row.event.guests_most)
    if form.is_valid():
        data = form.cleaned_data
        if not _within_limits(request, data["address"]):
            form.add_error(None, _("Too many answers came from here. Please try again in an hour."))
        else:
            try:
                visiting.ask(
                    row,
                    address=data["address"],
                    name=data["name"],
                    answer=data["answer"],
                    guests=data.get("guests") or 0,
                    line=data["line"],
                    zone=data["zone"] or row.event.timezone,
                )
                context = {"community": row.event.community, "occurrence": row, "address": data["address"]}
                return page(request, "events/answer_asked.html", context)
            except Refused as refused:
                form.add_error(None, refused)
    context = {"community": row.event.community, "event": row.event, "occurrence": row, "form": form}
    return page(request, "events/answer_ask.html", context)


def _within_limits(request: HttpRequest, address: str) -> bool:
    by_network = within_limit("event-ask", network_of(request), times=ASKS_AN_HOUR, seconds=3600)
    return by_network and within_limit("event-ask-address", address, times=ASKS_AN_ADDRESS, seconds=3600)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_mail(request: HttpRequest, token: str, occurrence_id: int) -> HttpResponse:
    """The page that the links of mails lead to: a GET shows what the button will do, a POST does it."""
    rsvp = _answer_of(token, occurrence_id)
    row = rsvp.occurrence
    form = answer_form(row, rsvp, posted(request))
    wanted = request.GET.get("answer", "")
    if not form.is_bound and wanted in ("coming", "maybe", "not"):
        form.initial["answer"] = wanted
    took = TookForm(initial={"took": rsvp.took})
    if request.method == "POST" and "took" in request.POST:
        return _took(request, rsvp, token)
    if request.method == "POST" and "reminders" in request.POST:
        return _remind(request, rsvp, token)
    if form.is_valid():
        try:
            kept = _keep(rsvp, form)
            messages.success(request, str(SAID.get(Answer(kept.answer), _("Saved."))))
            return redirect("events:answer-by-mail", kept.token if rsvp.pk else token, occurrence_id)
        except Refused as refused:
            form.add_error(None, refused)
    context = page_context(request, row) | {"rsvp": rsvp, "form": form, "took_form": took, "token": token}
    context["when_yours"], context["zone_yours"] = wording.when_for(row, rsvp.zone), wording.zone_shown(rsvp.zone)
    context["position"] = answering.position_of(rsvp) if rsvp.answer == Answer.WAITING else 0
    context["reminders"] = RemindersForm.of(rsvp)
    context["is_confirmed"] = rsvp.confirmed_at is not None
    response = page(request, "events/answer_by_mail.html", context)
    response["Referrer-Policy"] = "no-referrer"  # The address is a secret.
    return response


def _answer_of(token: str, occurrence_id: int) -> Rsvp:
    """Give the answer that a secret stands for, or one still to be given; Http404 where it stands for none."""
    if not is_token(token):
        raise Http404
    rows = Rsvp.objects.select_related("user", "subscriber__user", "occurrence__event__community")
    rsvp = rows.filter(token=token).first()
    if rsvp:
        found = rsvp if rsvp.occurrence_id == occurrence_id else _sibling(rsvp, occurrence_id)
        # Who left, or was shut out by a narrower audience, no longer reads by an old mail what has changed since.
        get_object_or_404(Occurrence.objects.visible_to(found.reader or AnonymousUser()), pk=occurrence_id)
        return found
    invited = Subscription.objects.filter(token=token, thing_kind="community", state=State.CONFIRMED)
    subscription = get_object_or_404(invited.select_related("subscriber__user"))
    user = subscription.subscriber.user
    if user is None:
        raise Http404
    occurrences = Occurrence.objects.visible_to(user).select_related("event__community")
    row = get_object_or_404(occurrences, pk=occurrence_id, community=subscription.community_id)
    require(user, "events.answer", row)
    return rows.filter(occurrence=row, user=user).first() or Rsvp(occurrence=row, user=user)


def _sibling(rsvp: Rsvp, occurrence_id: int) -> Rsvp:
    """Give the same person's answer for another time of the same event."""
    mine = {"user": rsvp.user} if rsvp.user else {"subscriber": rsvp.subscriber}
    rows = Rsvp.objects.select_related("user", "subscriber__user", "occurrence__event__community")
    return get_object_or_404(rows, occurrence=occurrence_id, occurrence__event=rsvp.occurrence.event_id, **mine)


def _keep(rsvp: Rsvp, form: Form) -> Rsvp:
    data = form.cleaned_data
    return visiting.confirm(rsvp, answer=data["answer"], guests=data.get("guests") or 0, line=data["line"])


def _remind(request: HttpRequest, rsvp: Rsvp, token: str) -> HttpResponse:
    form = RemindersForm(request.POST)
    if rsvp.pk and form.is_valid():
        personal.choose_for_one(rsvp, day=form.cleaned_data["day"], hour=form.cleaned_data["hour"])
        messages.success(request, _("Saved."))
    return redirect("events:answer-by-mail", token, rsvp.occurrence_id)


def _took(request: HttpRequest, rsvp: Rsvp, token: str) -> HttpResponse:
    form = TookForm(request.POST)
    if rsvp.pk and form.is_valid():
        answering.take_along(rsvp, form.cleaned_data["took"])
        messages.success(request, _("Thank you. It stands on the page of the event."))
    return redirect("events:answer-by-mail", token, rsvp.occurrence_id)


@require_POST
@signed_in_or_send_again
def reminders_keep(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Keep when the reader is reminded of this one."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    require(request.user, "events.answer", row)
    form = RemindersForm(request.POST)
    rsvp = answering.rsvp_of(row, request.user)
    if rsvp is None:
        messages.error(request, _("Say first whether you come; then you can be reminded."))
    elif form.is_valid():
        day, hour = form.cleaned_data["day"], form.cleaned_data["hour"]
        personal.choose_for_one(rsvp, day=day, hour=hour)
        messages.success(request, _("You will be reminded.") if day or hour else _("You will not be reminded of this."))
    return redirect(row)


@require_POST
@signed_in_or_send_again
def took_write(request: SignedInRequest, community_slug: str, event_id: int, occurrence_id: int) -> HttpResponse:
    """Keep what somebody who came takes along."""
    row = visible_occurrence(request, community_slug, event_id, occurrence_id)
    require(request.user, "events.answer", row)
    form = TookForm(request.POST)
    rsvp = answering.rsvp_of(row, request.user)
    if rsvp and form.is_valid():
        answering.take_along(rsvp, form.cleaned_data["took"])
        messages.success(request, _("Thank you. It stands on this page."))
    return redirect(row)
