"""What an editor asks for: a preview, and the pictures that have a name."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render as render_page
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.markup.emoji import emoji
from cop.markup.fields import stored
from cop.markup.rendering import render


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show what a text will look like; nothing is kept. Answers 422 with a sentence for a text that is too long."""
    if not request.user.is_authenticated:
        return HttpResponse(status=403)
    try:
        html = stored(render(request.POST.get("source", "")).html)
    except Refused as refused:
        return render_page(request, "markup/_preview.html", {"error": " ".join(refused.messages)}, status=422)
    return render_page(request, "markup/_preview.html", {"html": html})


@require_safe
@cache_control(public=True, max_age=86400)
def emoji_list(request: HttpRequest) -> HttpResponse:
    """Every small picture by its name, those used often first."""
    return JsonResponse({"emoji": list(emoji().items())}, json_dumps_params={"ensure_ascii": False})
