"""Asking for a copy of one's own data, and fetching it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cop.base.errors import Refused
from cop.base.pages import page
from members import exporting
from members.export_models import DataExport
from members.signing_in import SignedInRequest, sure


@never_cache
@login_required
@sure
def data(request: SignedInRequest) -> HttpResponse:
    """Say how far the copy is, let it be fetched, or let one be made; asks to sign in once more before."""
    if request.method == "POST":
        try:
            exporting.ask(request.user)
            messages.success(request, _("Your copy is being made. You get a mail when it is ready."))
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect("members:data")
    last, there = exporting.last_of(request.user), exporting.there_for(request.user)
    days = settings.KEEP_DAYS["exports"] or exporting.DAYS
    context = {"last": last, "there": there, "days": days, "may_ask": exporting.may_ask(last)}
    return page(request, "members/data.html", context)


@never_cache
@require_safe
@login_required
@sure
def data_fetch(request: SignedInRequest, token: str) -> HttpResponseBase:
    """Give a copy to whose data it is, and to nobody else, whatever link they hold."""
    row = get_object_or_404(DataExport, user=request.user, token=token)
    if not row.is_there:
        raise Http404
    name = f"{slugify(settings.SITE_NAME) or 'site'}-{row.ready_at:%Y-%m-%d}.zip"
    answer = FileResponse(row.file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
