"""Uploading images and other files, and giving each to its audience."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base import images
from cop.base.errors import Refused
from cop.base.pages import page
from cop.files.attaching import link_to
from cop.files.attachment_models import Attachment
from cop.files.keeping import TooMany, keep_file, keep_image
from cop.files.models import File
from members.audiences import Audience
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest

MINUTES_TO_WAIT = 5


@require_POST
@login_required
def image_add(request: SignedInRequest, community_slug: str) -> JsonResponse:
    """Keep an uploaded image; answers its address and the Markdown that shows it, or a sentence (422)."""

    def kept(upload: UploadedFile[Any], **given: Any) -> dict[str, str]:
        file = keep_image(upload, **given)
        return {"url": file.get_absolute_url(), "markdown": file.as_markdown, "alt": file.alt}

    return _add(request, community_slug, kept, nothing=_("Choose an image first."))


@require_POST
@login_required
def attachment_add(request: SignedInRequest, community_slug: str) -> JsonResponse:
    """Keep an uploaded file; answers the Markdown that leads to it, or a sentence (422)."""

    def kept(upload: UploadedFile[Any], **given: Any) -> dict[str, str]:
        file = keep_file(upload, **given)
        return {"url": file.get_absolute_url(), "markdown": link_to(file)}

    return _add(request, community_slug, kept, nothing=_("Choose a file first."))


def _add(
    request: SignedInRequest, community_slug: str, kept: Callable[..., dict[str, str]], *, nothing: str
) -> JsonResponse:
    """Let `kept` keep what was uploaded, and answer what it says of it; `nothing` where there is no file."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "files.add_image", community)
    upload = request.FILES.get("file")
    audience = request.POST.get("audience", Audience.COMMUNITY)
    if upload is None or audience not in Audience.values:
        return JsonResponse({"error": nothing}, status=422)
    try:
        return JsonResponse(kept(upload, community=community, by=request.user, audience=audience))
    except Refused as refused:
        return JsonResponse({"error": " ".join(refused.messages)}, status=429 if isinstance(refused, TooMany) else 422)


@require_safe
def file_show(request: HttpRequest, file_id: int, name: str) -> HttpResponseBase:
    """Serve an image to whoever belongs to its audience. Its content never changes, so it may be kept for long."""
    file = get_object_or_404(File.objects.visible_to(request.user), pk=file_id)
    keep = "public" if file.audience == Audience.PUBLIC else "private"
    return images.serve(request, file.content, etag=file.etag, keep=keep, name=file.name)


@require_safe
def attachment_fetch(request: HttpRequest, attachment_id: int, name: str) -> HttpResponseBase:
    """Give a file to whoever belongs to its audience, to be saved: no browser opens it as a page of this site."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=attachment_id)
    if found.is_held:
        answer = page(request, "files/held.html", {"file": found}, status=503)
        answer["Retry-After"] = str(MINUTES_TO_WAIT * 60)
        return answer
    etag = quote_etag(found.etag)
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
