"""Blocking somebody on their page, and the list of those whom one blocked."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page
from members import blocking
from members.models import User
from members.signing_in import SignedInRequest


@require_POST
@login_required
def person_block(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Block somebody, or with `undo` block them no longer: also who cannot be seen any more."""
    if request.POST.get("undo"):
        if blocking.unblock(person_id, by=request.user):
            messages.success(request, _("Blocked no longer: you see what they write again."))
        return redirect("members:blocked")
    person = get_object_or_404(User.objects.visible_to(request.user), pk=person_id)
    try:
        if blocking.block(person, by=request.user):
            messages.success(request, _("You have blocked %(name)s. They are not told.") % {"name": person})
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(person)


@require_safe
@never_cache
@login_required
def blocked(request: SignedInRequest) -> HttpResponse:
    """List whom one blocked, the last first."""
    rows = request.user.blocks.select_related("blocked")
    return page(
        request, "members/blocked.html", {"page": paginate(rows, order=("at", "id"), at=request.GET.get("page", ""))}
    )
