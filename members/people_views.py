"""Pages about the people of a community: list, requests, roles, invitations."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.limits import within_limit
from cop.base.pages import page, posted
from members import inviting, joining
from members.community_views import visible_community
from members.forms import InvitationForm, ProfileForm, RoleForm
from members.models import Community, Invitation, Membership, MembershipState, Role, User
from members.permissions import require
from members.profiling import finding, listed, shown_to
from members.signing_in import SignedInRequest, signed_in_or_send_again

INVITATIONS_A_DAY = 200
DIRECTORY_PAGE = 50


@require_safe
@login_required
def directory(request: SignedInRequest) -> HttpResponse:
    """List the people whom the reader may know of by name; `q` finds by what the reader may see of them."""
    words = request.GET.get("q", "").replace("\0", "")[:200]
    found = finding(listed(User.objects.visible_to(request.user)), words, reader=request.user)
    found = found.select_related("profile", "organisation")
    # taggit's managers are unknown to the type checker.
    found = found.prefetch_related("profile__ask_about", "profile__learning")  # type: ignore[misc]
    rows = paginate(
        found, order=("display_name", "id"), at=request.GET.get("page", ""), size=DIRECTORY_PAGE, ascending=True
    )
    context = {"words": words, "page": rows, "people": [shown_to(request.user, person) for person in rows.rows]}
    return page(request, "members/directory.html", context)


@require_safe
@login_required
def people(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """List who belongs to a community; facilitators see who waits and who is invited too."""
    community = visible_community(request, community_slug)
    require(request.user, "members.see_people", community)
    shown = community.memberships.filter(user__is_active=True).select_related("user__organisation")
    facilitates = request.user.has_perm("members.edit_community", community)
    states = [MembershipState.ACTIVE, MembershipState.SUSPENDED] if facilitates else [MembershipState.ACTIVE]
    if not facilitates:
        shown = shown.filter(Q(user__profile=None) | Q(user__profile__is_unlisted=False) | Q(user=request.user))
    context = {
        "community": community,
        "page": paginate(
            shown.filter(state__in=states), order=("joined_at", "id"), at=request.GET.get("page", ""), size=50
        ),
        "roles": Role.choices,
        "requests": shown.requested().order_by("updated_at")[:100] if facilitates else [],
        "invitations": community.invitations.open().order_by("-created_at")[:100] if facilitates else [],
    }
    return page(request, "members/people.html", context)


def _membership(request: SignedInRequest, community_slug: str, membership_id: int) -> Membership:
    community = visible_community(request, community_slug)
    require(request.user, "members.manage_people", community)
    return get_object_or_404(community.memberships.select_related("user", "community"), pk=membership_id)


def _do(request: SignedInRequest, membership: Membership, process: Callable[[], bool], said: str) -> HttpResponse:
    """Run a switch, say what became of it, and go back to the list."""
    try:
        if process():
            messages.success(request, said % {"name": membership.user.display_name})
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("members:people", membership.community.slug)


@require_POST
@login_required
def membership_accept(request: SignedInRequest, community_slug: str, membership_id: int) -> HttpResponse:
    """Let somebody in who asked."""
    membership = _membership(request, community_slug, membership_id)
    said = _("%(name)s is a member now.")
    return _do(request, membership, lambda: joining.accept(membership, by=request.user), said)


@require_POST
@login_required
def membership_decline(request: SignedInRequest, community_slug: str, membership_id: int) -> HttpResponse:
    """Turn down somebody who asked."""
    membership = _membership(request, community_slug, membership_id)
    said = _("You declined the request of %(name)s.")
    return _do(request, membership, lambda: joining.decline(membership, by=request.user), said)


@require_POST
@login_required
def membership_role(request: SignedInRequest, community_slug: str, membership_id: int) -> HttpResponse:
    """Give somebody another role."""
    membership = _membership(request, community_slug, membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return redirect("members:people", community_slug)
    role = form.cleaned_data["role"]
    said = _("%(name)s has another role now.")
    return _do(request, membership, lambda: joining.change_role(membership, role, by=request.user), said)


@require_POST
@login_required
def membership_suspend(request: SignedInRequest, community_slug: str, membership_id: int) -> HttpResponse:
    """Stop somebody from taking part."""
    membership = _membership(request, community_slug, membership_id)
    said = _("%(name)s is suspended.")
    return _do(request, membership, lambda: joining.suspend(membership, by=request.user), said)


@require_POST
@login_required
def membership_readmit(request: SignedInRequest, community_slug: str, membership_id: int) -> HttpResponse:
    """Let a suspended person take part again."""
    membership = _membership(request, community_slug, membership_id)
    said = _("%(name)s can take part again.")
    return _do(request, membership, lambda: joining.readmit(membership, by=request.user), said)


@signed_in_or_send_again
def invitation_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Invite somebody by e-mail."""
    community = visible_community(request, community_slug)
    require(request.user, "members.manage_people", community)
    form = InvitationForm(posted(request))
    if form.is_valid():
        try:
            return _invite(request, community, form)
        except Refused as refused:
            form.add_error(None, refused)
    return page(request, "members/invitation_add.html", {"community": community, "form": form})


def _invite(request: SignedInRequest, community: Community, form: InvitationForm) -> HttpResponse:
    if not within_limit("invite", str(community.pk), times=INVITATIONS_A_DAY, seconds=86400):
        raise Refused(_("This community has sent as many invitations as it may in a day. Go on tomorrow."))
    invitation, is_new = inviting.invite(community, by=request.user, **form.cleaned_data)
    said = _("The invitation to %(email)s is on its way.") if is_new else _("%(email)s has an open invitation already.")
    messages.success(request, said % {"email": invitation.email})
    return redirect("members:people", community.slug)


@require_POST
@login_required
def invitation_withdraw(request: SignedInRequest, community_slug: str, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    community = visible_community(request, community_slug)
    require(request.user, "members.manage_people", community)
    invitation = get_object_or_404(community.invitations, pk=invitation_id)
    if inviting.withdraw(invitation, by=request.user):
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("members:people", community.slug)


@require_safe
def invitation_show(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link: who asks, into what, and one button each way."""
    invitation = Invitation.objects.select_related("community", "invited_by").filter(token=token).first()
    if invitation is None:
        return page(request, "members/invitation_gone.html", status=404)
    if not Invitation.objects.open().filter(pk=invitation.pk).exists():
        return page(request, "members/invitation_gone.html", {"invitation": invitation}, status=410)
    is_theirs = request.user.is_authenticated and inviting.is_for(invitation, request.user)
    context = {"invitation": invitation, "accent_of": invitation.community, "is_theirs": is_theirs}
    return page(request, "members/invitation_show.html", context)


@require_POST
@login_required
def invitation_accept(request: SignedInRequest, token: str) -> HttpResponse:
    """Accept an invitation."""
    invitation = get_object_or_404(Invitation.objects.select_related("community"), token=token)
    try:
        inviting.accept(invitation, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("members:invitation-show", token)
    messages.success(request, _("Welcome! You belong to this community now."))
    return redirect(invitation.community)


@require_POST
def invitation_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Decline an invitation, with or without an account."""
    invitation = get_object_or_404(Invitation, token=token)
    inviting.decline(invitation)
    return page(request, "members/invitation_gone.html", {"invitation": invitation, "is_declined": True})


@signed_in_or_send_again
def profile_edit(request: SignedInRequest) -> HttpResponse:
    """Change one's own name, organisation, time zone and language."""
    form = ProfileForm(posted(request), instance=User.objects.get(pk=request.user.pk))
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("members:profile-edit")
    return page(request, "members/profile_edit.html", {"form": form})
