"""The style guide of a development site: every component in every state, to look at and to take pictures of."""

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.base.pages import page


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="How others here see you.")
    about = forms.CharField(label="About", required=False, widget=forms.Textarea({"rows": 3}))
    audience = forms.ChoiceField(label="Who may read it", choices=[("all", "Everybody"), ("some", "Members")])
    pace = forms.ChoiceField(
        label="How often", choices=[("each", "Each post"), ("weekly", "Once a week")], widget=forms.RadioSelect
    )
    accent = forms.CharField(label="Colour", initial="#2f6f5e", widget=forms.TextInput({"type": "color"}))
    image = forms.FileField(label="Image", required=False)
    is_agreed = forms.BooleanField(label="I have read it")


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component; Http404 where this is no development site."""
    if not settings.IS_DEVELOPMENT:
        raise Http404
    refused = SampleForm({"name": "", "audience": "all", "pace": "daily"})
    refused.is_valid()
    context = {
        "kinds": ["primary", "quiet", "danger", "link"],
        "notices": ["info", "success", "warning", "error"],
        "fresh": SampleForm(prefix="fresh"),
        "refused": refused,
        "now": timezone.now(),
    }
    return page(request, "styleguide/styleguide.html", context)
