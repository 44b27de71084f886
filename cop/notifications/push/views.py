"""Asking to be told in a browser, and no longer; and what that browser runs to show it."""

from functools import cache
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.notifications.push import devices
from cop.notifications.push.models import Device
from cop.notifications.push.sealing import site_public_key
from members.signing_in import SignedInRequest

ADDED_AN_HOUR = 30


def told_on(request: SignedInRequest) -> dict[str, Any]:
    """Give what the page of the bell says of devices; one query."""
    own = list(devices.devices_of(request.user))
    here = request.session.session_key
    for device in own:
        device.is_here = device.session_key == here  # type: ignore[attr-defined]
    return {"devices": own, "is_told_here": any(one.session_key == here for one in own), "push_key": site_public_key()}


@require_safe
def push_worker(request: HttpRequest) -> HttpResponse:
    """Give the script that shows what comes; under one address for ever, which is how a browser finds the newer one."""
    return HttpResponse(_script(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@cache
def _script() -> bytes:
    return bytes((settings.BASE_DIR / "static" / "js" / "push_worker.js").read_bytes())


@require_POST
@login_required
def device_add(request: SignedInRequest) -> HttpResponse:
    """Let this browser be told."""
    if not within_limit("device-add", str(request.user.pk), times=ADDED_AN_HOUR, seconds=3600):
        return JsonResponse({"said": _("That was asked very often. Try again in an hour.")}, status=429)
    try:
        devices.add(
            request.user,
            endpoint=request.POST.get("endpoint", ""),
            public_key=request.POST.get("p256dh", ""),
            secret=request.POST.get("auth", ""),
            session_key=request.session.session_key or "",
            user_agent=request.headers.get("User-Agent", ""),
        )
    except Refused as refused:
        return JsonResponse({"said": " ".join(refused.messages)}, status=422)
    messages.success(request, _("This browser tells you from now on."))
    return JsonResponse({"is_told": True})


@require_POST
@login_required
def device_renew(request: SignedInRequest) -> HttpResponse:
    """Say whether this browser is still to be told; it asks once after each signing in."""
    endpoint, session_key = request.POST.get("endpoint", ""), request.session.session_key or ""
    return JsonResponse({"is_told": devices.renew(request.user, endpoint=endpoint, session_key=session_key)})


@require_POST
@login_required
def device_remove(request: SignedInRequest, device_id: int) -> HttpResponse:
    """Tell a browser nothing any more."""
    device = get_object_or_404(Device.objects.visible_to(request.user), pk=device_id)
    devices.remove(device)
    messages.success(request, _("%(name)s is told nothing any more.") % {"name": device.name})
    return redirect("notifications:bell")
