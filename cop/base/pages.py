"""One way from a view to a page: whole for a browser, in part for HTMX."""

from typing import Any

from django.forms import BaseForm
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
        _begin_at_what_is_wrong(form)
    chosen = part if part and getattr(request, "htmx", False) else template
    response = render(request, chosen, context, status=status)
    if part:
        patch_vary_headers(response, ["HX-Request"])
    return response


def _begin_at_what_is_wrong(form: BaseForm) -> None:
    """Let the reader start where something is to be put right, which is what browsers do with a form they refuse."""
    for field in form.visible_fields():
        if field.errors:
            field.field.widget.attrs["autofocus"] = True
            return
