"""What facilitators decide about their community's mail."""

from functools import partial

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from cop.base.pages import page, posted
from cop.notifications.policy_models import MailPolicy, policy_of
from cop.notifications.ringing import ring
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


class MailPolicyForm(forms.ModelForm[MailPolicy]):
    """What newcomers get, the most that anybody gets, and a tag."""

    class Meta:
        model = MailPolicy
        fields = ["newcomers", "most", "subject_tag"]
        widgets = {"newcomers": forms.RadioSelect, "most": forms.RadioSelect}


@signed_in_or_send_again
def mail_policy(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Decide what newcomers get by mail, and the most that anybody gets."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "notifications.set_mail", community)
    form = MailPolicyForm(posted(request), instance=policy_of(community.pk))
    if form.is_valid():
        with transaction.atomic():
            form.save()
            transaction.on_commit(partial(ring, "hold_to_ceilings"))
        messages.success(
            request, _("Saved. It holds from now on; who has chosen keeps what they chose, up to the most.")
        )
        return redirect("notifications:mail-policy", community.slug)
    return page(request, "notifications/mail_policy.html", {"community": community, "form": form})
