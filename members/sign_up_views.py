"""New accounts that wait, for site staff."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.keyset import paginate
from cop.base.pages import page
from cop.privacy import recording
from cop.privacy.models import What
from members import holding_sign_ups
from members.permissions import require
from members.sign_up_models import HeldSignUp
from members.signing_in import SignedInRequest


@require_safe
@login_required
def sign_ups(request: SignedInRequest) -> HttpResponse:
    """List the accounts that wait, the newest first."""
    require(request.user, "members.decide_sign_ups")
    recording.record(What.SAW_ACCOUNT, by=request.user, place=str(_("Accounts that wait")))
    rows = HeldSignUp.objects.select_related("user")
    found = paginate(rows, order=("at", "user_id"), at=request.GET.get("page", ""), size=50)
    return page(request, "members/sign_ups.html", {"page": found})


@require_POST
@login_required
def sign_up_decide(request: SignedInRequest, user_id: int) -> HttpResponse:
    """Let somebody in, or with `away` turn them away."""
    require(request.user, "members.decide_sign_ups")
    held = get_object_or_404(HeldSignUp.objects.select_related("user"), pk=user_id)
    name = held.user.display_name
    if request.POST.get("away"):
        domain = held.user.email.rpartition("@")[2]
        holding_sign_ups.turn_away(held)
        recording.record(What.DECLINED, by=request.user, place=str(_("Accounts that wait")), detail=domain)
        messages.success(request, _("The account of %(name)s is deleted.") % {"name": name})
    elif holding_sign_ups.let_in(held):
        recording.record(What.LET_IN, by=request.user, about=held.user, place=str(_("Accounts that wait")))
        messages.success(request, _("%(name)s can sign in, and is told so by mail.") % {"name": name})
    return redirect("members:sign-ups")
