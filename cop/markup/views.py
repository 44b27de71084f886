"""The preview below an editor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_page
from django.views.decorators.http import require_POST

from cop.base.errors import Refused
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
