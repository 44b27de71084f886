"""The guidelines of a community, and what its facilitators agreed on about flags and the log."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cop.base.errors import Refused
from cop.base.pages import page, posted
from cop.moderation import guidelines as rules_of_the_house
from cop.moderation.forms import GuidelinesForm, PolicyForm
from cop.moderation.queue_views import cared_for
from members.models import Community
from members.signing_in import SignedInRequest, signed_in_or_send_again


@require_safe
def guidelines(request: HttpRequest, community_slug: str) -> HttpResponse:
    """How people treat each other in a community, for everybody who may read it."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    policy = rules_of_the_house.policy_of(community)
    context = {"community": community, "policy": policy, "points": rules_of_the_house.texts_of(policy)}
    return page(request, "moderation/guidelines.html", context)


@signed_in_or_send_again
def guidelines_edit(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Change the points."""
    community = cared_for(request, community_slug)
    points = rules_of_the_house.texts_of(rules_of_the_house.policy_of(community))
    form = GuidelinesForm(posted(request), initial={"body": "\n".join(points)})
    if form.is_valid():
        try:
            rules_of_the_house.rewrite(community, form.cleaned_data["body"])
        except Refused as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("moderation:guidelines", community.slug)
    return page(request, "moderation/guidelines_edit.html", {"community": community, "form": form})


@signed_in_or_send_again
def policy(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Change how flags and the log are handled."""
    community = cared_for(request, community_slug)
    form = PolicyForm(posted(request), instance=rules_of_the_house.policy_of(community))
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("moderation:care", community.slug)
    return page(request, "moderation/policy.html", {"community": community, "form": form})
