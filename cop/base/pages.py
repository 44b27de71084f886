"""One way from a view to a page: whole for a browser, in part for HTMX."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def posted(request: HttpRequest) -> QueryDict | None:
    """Give the POST data on POST and None otherwise, which is what a form's first argument wants."""
    return request.POST if request.method == "POST" else None


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    part: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render `template`, or the smaller `part` for an HTMX request; a page with an invalid form answers 422."""
    context = context or {}
    form = context.get("form")
    if status == 200 and form is not None and form.is_bound and form.errors:
        status = 422
    chosen = part if part and getattr(request, "htmx", False) else template
    response = render(request, chosen, context, status=status)
    if part:
        patch_vary_headers(response, ["HX-Request"])
    return response
