"""Pages for site staff: who looked at or changed what about persons, and what was deleted because its time was over."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cop.base.keyset import paginate
from cop.base.pages import page
from cop.privacy import recording, retention
from cop.privacy.models import Cleaning, PersonRecord, What

A_PAGE = 50


def for_staff(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Let site staff in, and nobody else."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not getattr(request.user, "is_staff", False):
            raise PermissionDenied(_("Only site staff can look at this."))
        return view(request)

    return login_required(guarded)


@require_safe
@for_staff
def records(request: HttpRequest) -> HttpResponse:
    """Who looked at or changed what about whom, the last first; `what` shows one kind alone."""
    rows = PersonRecord.objects.select_related("by", "about")
    what = request.GET.get("what", "")
    if what in What.values:
        rows = rows.filter(what=what)
    shown = paginate(rows, order=("at", "id"), at=request.GET.get("page", ""), size=A_PAGE)
    recording.record(What.SAW_RECORDS, by=request.user)
    context = {"whats": What.choices, "what": what, "page": shown, "days": retention.days_of("records")}
    return page(request, "privacy/records.html", context)


@require_safe
@for_staff
def cleanings(request: HttpRequest) -> HttpResponse:
    """How long each kind of thing is kept, when that was last seen to, and what was deleted on which day."""
    last: dict[str, Cleaning] = {}
    for row in Cleaning.objects.filter(rule__in=list(retention.rules)).order_by("-day", "-pk")[:200]:
        last.setdefault(row.rule, row)
    rows = [
        {"name": name, "what": retention.rules[name].what, "days": retention.days_of(name), "last": last.get(name)}
        for name in retention.rules
    ]
    words = {row["name"]: row["what"] for row in rows}
    found = paginate(
        Cleaning.objects.exclude(count=0, problem=""), order=("day", "id"), at=request.GET.get("page", ""), size=A_PAGE
    )
    log = [(row, words.get(row.rule, row.rule)) for row in found.rows]
    return page(request, "privacy/cleanings.html", {"rules": rows, "page": found, "log": log})
