"""Pages on which facilitators choose how their community is protected, and keep lists of words; staff for the site."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from cop.base.pages import page, posted
from cop.guarding.forms import ProtectionForm, WordListForm
from cop.guarding.models import WordList, protection_of
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


def _protected(request: SignedInRequest, slug: str) -> Community:
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=slug)
    require(request.user, "guarding.protect", community)
    return community


@signed_in_or_send_again
def protection(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Choose how a community is protected."""
    community = _protected(request, community_slug)
    form = ProtectionForm(posted(request), instance=protection_of(community))
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("guarding:protection", community.slug)
    return page(request, "guarding/protection.html", {"community": community, "form": form})


@signed_in_or_send_again
def words(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Keep a community's lists of words and links."""
    community = _protected(request, community_slug)
    kept = WordList.objects.filter(community=community).first() or WordList(community=community)
    form = WordListForm(posted(request), instance=kept)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("guarding:words", community.slug)
    return page(request, "guarding/words.html", {"community": community, "form": form})


@signed_in_or_send_again
def site_words(request: SignedInRequest) -> HttpResponse:
    """Keep the lists of words and links that hold in every community."""
    require(request.user, "guarding.protect_site")
    kept = WordList.objects.filter(community=None).first() or WordList()
    form = WordListForm(posted(request), instance=kept)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("guarding:site-words")
    return page(request, "guarding/words.html", {"form": form})
