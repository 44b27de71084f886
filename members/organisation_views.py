"""Pages of organisations: the list, each one's page, and what its owner and site staff do with it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cop.base import images
from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.limits import within_limit
from cop.base.pages import page, posted
from members import organising
from members.models import Community, Membership, Organisation, User
from members.organisation_forms import DomainForm, HandOnForm, MergeForm, OrganisationForm
from members.permissions import require
from members.picturing import hang, mark_of
from members.profile_models import Seen
from members.profiling import listed, shown_to
from members.signing_in import SignedInRequest, signed_in_or_send_again, sure
from members.standing import standing_of

PEOPLE_PAGE = 50
PROOFS_A_DAY = 5


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations that the reader may know of; `q` finds by name or place."""
    words = request.GET.get("q", "").replace("\0", "")[:200].strip()
    found = Organisation.objects.visible_to(request.user).found_by(words)
    rows = paginate(found, order=("name", "id"), at=request.GET.get("page", ""), ascending=True)
    return page(request, "members/organisations.html", {"words": words, "page": rows})


def _visible(request: HttpRequest, organisation_id: int) -> Organisation:
    found = Organisation.objects.visible_to(request.user).select_related("owner")
    return get_object_or_404(found, pk=organisation_id)


@require_safe
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """What makes an organisation special, and who of it is in which community, as far as the reader may see."""
    found = _visible(request, organisation_id)
    people = listed(User.objects.visible_to(request.user)).filter(organisation=found)
    people = people.select_related("profile", "organisation").prefetch_related(
        "profile__ask_about",  # type: ignore[misc] # taggit's managers are unknown to the type checker.
        "profile__learning",
        Prefetch("memberships", _memberships_known_to(request), to_attr="known_memberships"),
    )
    rows = paginate(
        people, order=("display_name", "id"), at=request.GET.get("page", ""), size=PEOPLE_PAGE, ascending=True
    )
    context = {
        "organisation": found,
        "page": rows,
        "people": [(shown_to(request.user, person), person.known_memberships) for person in rows.rows],  # type: ignore[attr-defined]
        "domains": found.domains.all(),
        "may_edit": request.user.has_perm("members.edit_organisation", found),
    }
    return page(request, "members/organisation.html", context)


def _memberships_known_to(request: HttpRequest) -> Any:
    """Who belongs to a community is known to those who belong to it."""
    rows = Membership.objects.active().select_related("community").order_by("community__name")
    return rows if standing_of(request.user).is_staff else rows.filter(community__in=standing_of(request.user).roles)


@signed_in_or_send_again
def organisation_edit(request: SignedInRequest, organisation_id: int) -> HttpResponse:
    """Change an organisation's page."""
    found = _visible(request, organisation_id)
    require(request.user, "members.edit_organisation", found)
    form = OrganisationForm(posted(request), request.FILES or None, instance=found)
    if form.is_valid():
        written = organising.write(form.save(commit=False), by=request.user)
        if form.cleaned_data["logo"] or form.cleaned_data.get("has_no_logo"):
            hang(written, "logo", form.cleaned_data["logo"])
        messages.success(request, _("Saved."))
        return redirect(written)
    shown = Organisation.objects.get(pk=found.pk)
    return page(request, "members/organisation_edit.html", {"organisation": shown, "form": form})


@signed_in_or_send_again
@sure
def organisation_hand_on(request: SignedInRequest, organisation_id: int) -> HttpResponse:
    """Let a colleague look after the page."""
    found = _visible(request, organisation_id)
    require(request.user, "members.edit_organisation", found)
    colleagues = User.objects.visible_to(request.user).filter(organisation=found).exclude(pk=found.owner_id or 0)
    form = HandOnForm(posted(request), people=colleagues.order_by("display_name", "pk"))
    if form.is_valid():
        organising.hand_on(found, to=form.cleaned_data["to"])
        messages.success(request, _("Handed on."))
        return redirect(found)
    return page(request, "members/organisation_hand_on.html", {"organisation": found, "form": form})


@signed_in_or_send_again
@sure
def organisation_merge(request: SignedInRequest, organisation_id: int) -> HttpResponse:
    """Merge a duplicate into the organisation that it is."""
    found = _visible(request, organisation_id)
    require(request.user, "members.merge_organisations", found)
    form = MergeForm(posted(request), merged=found)
    if form.is_valid():
        into = form.cleaned_data["name"]
        organising.merge(found, into=into, by=request.user)
        messages.success(request, _("Merged."))
        return redirect(into)
    context = {"organisation": found, "form": form, "organisations": organising.suggestions()}
    return page(request, "members/organisation_merge.html", context)


@signed_in_or_send_again
def organisation_domain_add(request: SignedInRequest, organisation_id: int) -> HttpResponse:
    """Ask for the proof that a domain is the organisation's."""
    found = _visible(request, organisation_id)
    require(request.user, "members.edit_organisation", found)
    form = DomainForm(posted(request))
    if form.is_valid():
        try:
            if not within_limit("domain-proof", str(request.user.pk), times=PROOFS_A_DAY, seconds=24 * 3600):
                raise Refused({"address": _("You have asked for many proofs today. Go on tomorrow.")})
            organising.ask_for_proof(found, form.cleaned_data["address"], by=request.user)
        except Refused as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("A mail with a link is on its way to that address."))
            return redirect(found)
    return page(request, "members/organisation_domain_add.html", {"organisation": found, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_domain_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Tie a domain by one button: a program that only follows the link changes nothing."""
    proof = organising.proof_of(token)
    if proof is None:
        raise Http404
    found, domain, by = proof
    is_tied = request.method == "POST" and organising.tie(found, domain, by=by)
    context = {"organisation": found, "domain": domain, "is_tied": is_tied, "is_asked": request.method != "POST"}
    return page(request, "members/organisation_domain_confirm.html", context)


@require_POST
@login_required
def organisation_domain_remove(request: SignedInRequest, organisation_id: int, domain_id: int) -> HttpResponse:
    """Let a domain go."""
    found = _visible(request, organisation_id)
    require(request.user, "members.edit_organisation", found)
    if organising.untie(found, domain_id):
        messages.success(request, _("The domain is free again."))
    return redirect(found)


@require_safe
def organisation_logo(request: HttpRequest, organisation_id: int, mark: str) -> HttpResponseBase:
    """An organisation's logo, for whoever may see its page."""
    found = _visible(request, organisation_id)
    if not found.logo or mark_of(found.logo) != mark:
        raise Http404
    return images.serve(request, found.logo, etag=mark, keep="public" if found.is_public else "private")


@require_safe
def community_logo(request: HttpRequest, community_slug: str, mark: str) -> HttpResponseBase:
    """A community's logo, for whoever may know of it."""
    found = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    if not found.logo or mark_of(found.logo) != mark:
        raise Http404
    return images.serve(request, found.logo, etag=mark, keep="public" if found.audience == "public" else "private")


@require_safe
def person_photo(request: HttpRequest, person_id: int, mark: str) -> HttpResponseBase:
    """A person's photo, for whoever may see it."""
    person = get_object_or_404(User.objects.visible_to(request.user).select_related("profile"), pk=person_id)
    if shown_to(request.user, person).photo != request.path:
        raise Http404
    is_public = person.profile.known_to == person.profile.seen_by.get("photo") == Seen.EVERYBODY
    return images.serve(request, person.profile.photo, etag=mark, keep="public" if is_public else "private")
