"""The page behind a button in a facilitator's mail: it shows what is to be decided, and decides when it is pressed."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cop.base.errors import Refused
from cop.base.pages import page, posted
from cop.mail.answerables import LINKS_LAST, about_of, delivery_of
from cop.mail.own_addresses import LINK
from cop.moderation import deciding, looking
from cop.moderation.answering_by_mail import ABOUT
from cop.moderation.forms import DecideForm
from cop.moderation.guidelines import points_of
from cop.moderation.kinds import Act
from cop.moderation.models import Case
from cop.notifications.knowing_senders import holder_of
from members.models import User
from members.rules import FACILITATORS_CAN


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, code: str, decision: str) -> HttpResponse:
    """One decision about one case, by whoever the mail went to; nobody needs to sign in, and it can be made once.

    After some days the link only leads to the page where one signs in, as for what is decided signed in alone.
    """
    case, user, is_over = _opened(code)
    if is_over:
        return page(request, "moderation/letter_over.html", {"case": case, "accent_of": case.community}, status=410)
    shown = deciding.shown_of(case)
    chosen = next((one for one in deciding.decisions_about(case, shown) if one.name == decision), None)
    if chosen and chosen.is_signed_in_only and not case.is_settled:
        return redirect(case)
    form = DecideForm(posted(request), decisions=[chosen] if chosen else [], points=points_of(case.community))
    context = {"case": case, "shown": shown, "decision": chosen, "by": user, "community": case.community}
    if request.method == "POST" and form.is_valid() and not case.is_settled:
        data = form.cleaned_data
        try:
            deciding.decide(case, decision, Act(by=user, reason=data.get("reason", ""), words=data["words"]))
        except Refused as refused:
            form.add_error(None, refused)
        case.refresh_from_db()
    looking.note(case, shown, by=user)
    is_open = not case.is_settled and chosen is not None
    return page(request, "moderation/letter.html", context | ({"form": form} if is_open else {}))


def _opened(code: str) -> tuple[Case, User, bool]:
    """Give what case a link is about, whom it was mailed to, and whether its time is over; Http404 for no such link."""
    delivery = delivery_of(code, purpose=LINK)
    kind, number = about_of(delivery) if delivery else ("", 0)
    case = Case.objects.select_related("community", "settled_by").filter(pk=number).first() if kind == ABOUT else None
    user = holder_of(delivery.key) if delivery else None
    if case is None or delivery is None or user is None:
        raise Http404
    if not user.has_perm("moderation.take_care", case.community):
        raise PermissionDenied(FACILITATORS_CAN)
    if case.concerns(user):
        raise PermissionDenied(deciding.SOMEBODY_ELSE)
    return case, user, timezone.now() - delivery.mailing.created_at > LINKS_LAST
