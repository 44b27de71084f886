"""Uploading a file, and giving it to its audience."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.pages import page
from cop.files.attaching import link_to
from cop.files.attachment_models import Attachment
from cop.files.keeping import TooMany, keep_file
from members.audiences import Audience
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest

MINUTES_TO_WAIT = 5


@require_POST
@login_required
def attachment_add(request: SignedInRequest, community_slug: str) -> JsonResponse:
    """Keep an uploaded file; answers the Markdown that leads to it, or a sentence (422)."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "files.add_image", community)
    upload = request.FILES.get("file")
    audience = request.POST.get("audience", Audience.COMMUNITY)
    if upload is None or audience not in Audience.values:
        return JsonResponse({"error": _("Choose a file first.")}, status=422)
    try:
        made = keep_file(upload, community=community, by=request.user, audience=audience)
    except Refused as refused:
        return JsonResponse({"error": " ".join(refused.messages)}, status=429 if isinstance(refused, TooMany) else 422)
    return JsonResponse({"url": made.get_absolute_url(), "markdown": link_to(made)})


@require_safe
def attachment_fetch(request: HttpRequest, attachment_id: int, name: str) -> HttpResponseBase:
    """Give a file to whoever belongs to its audience, to be saved: no browser opens it as a page of this site."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=attachment_id)
    if found.is_held:
        answer = page(request, "files/held.html", {"file": found}, status=503)
        answer["Retry-After"] = str(MINUTES_TO_WAIT * 60)
        return answer
    etag = quote_etag(found.digest[:32])
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    response = FileResponse(
        found.content.open(), as_attachment=True, filename=found.name, content_type="application/octet-stream"
    )
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
