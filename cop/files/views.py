"""Uploading an image, and serving it to its audience."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base import images
from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.files.models import File
from cop.files.storing import store_image
from members.audiences import Audience
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest

UPLOADS_AN_HOUR = 120


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
    if not within_limit("upload", str(request.user.pk), times=UPLOADS_AN_HOUR, seconds=3600):
        return JsonResponse({"error": _("You have added very many images. Go on in an hour.")}, status=429)
    try:
        file = store_image(upload, community=community, by=request.user, audience=audience)
    except Refused as refused:
        return JsonResponse({"error": " ".join(refused.messages)}, status=422)
    url, alt = file.get_absolute_url(), file.name.removesuffix(".webp").replace("-", " ")
    return JsonResponse({"url": url, "markdown": f"![{alt}]({url})", "alt": alt})


@require_safe
def file_show(request: HttpRequest, file_id: int, name: str) -> HttpResponseBase:
    """Serve a file to whoever belongs to its audience. Its content never changes, so that it may be kept for long."""
    file = get_object_or_404(File.objects.visible_to(request.user), pk=file_id)
    keep = "public" if file.audience == Audience.PUBLIC else "private"
    return images.serve(request, file.content, etag=file.digest[:32], keep=keep, name=file.name)
