"""Uploading an image, and serving it to its audience."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base import images
from cop.base.errors import Refused
from cop.files.keeping import TooMany, keep_image
from cop.files.models import File
from members.audiences import Audience
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest


@require_POST
@login_required
def image_add(request: SignedInRequest, community_slug: str) -> JsonResponse:
    """Keep an uploaded image; answers its address and the Markdown that shows it, or a sentence (422)."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "files.add_image", community)
    upload = request.FILES.get("file")
    audience = request.POST.get("audience", Audience.COMMUNITY)
    if upload is None or audience not in Audience.values:
        return JsonResponse({"error": _("Choose an image first.")}, status=422)
    try:
        file = keep_image(upload, community=community, by=request.user, audience=audience)
    except Refused as refused:
        return JsonResponse({"error": " ".join(refused.messages)}, status=429 if isinstance(refused, TooMany) else 422)
    return JsonResponse({"url": file.get_absolute_url(), "markdown": file.as_markdown, "alt": file.alt})


@require_safe
def file_show(request: HttpRequest, file_id: int, name: str) -> HttpResponseBase:
    """Serve a file to whoever belongs to its audience. Its content never changes, so that it may be kept for long."""
    file = get_object_or_404(File.objects.visible_to(request.user), pk=file_id)
    keep = "public" if file.audience == Audience.PUBLIC else "private"
    return images.serve(request, file.content, etag=file.digest[:32], keep=keep, name=file.name)
