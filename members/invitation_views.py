"""Pages of invitations: by e-mail to one or many, from one person to another, by a link."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from cop.privacy import recording
from cop.privacy.models import What
from members import inviting, inviting_many
from members.community_views import visible_community
from members.invitation_forms import InvitationsForm, OpenInvitationForm, PersonalInvitationForm
from members.invitation_models import Invitation, OpenInvitation
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


@signed_in_or_send_again
def invitation_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Invite by e-mail: one address, a pasted list, a CSV file. Lines that cannot be read are shown, the others go."""
    community = visible_community(request, community_slug)
    require(request.user, "members.manage_people", community)
    form = InvitationsForm(posted(request), request.FILES or None)
    context = {"community": community, "form": form}
    if form.is_valid():
        found, data = form.found, form.cleaned_data
        done = inviting_many.invite_many(
            community, found.addresses, role=data["role"], message=data["message"], by=request.user
        )
        if not (found.broken or done.left or done.here_already):
            _say(request, done)
            return redirect("members:people", community.slug)
        context |= {"form": InvitationsForm(initial=data | {"addresses": "", "file": None})}
        context |= {"done": done, "broken": found.broken}
    return page(request, "members/invitation_add.html", context)


def _say(request: SignedInRequest, done: inviting_many.Invited) -> None:
    if done.new:
        said = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", done.new)
        messages.success(request, said % {"count": done.new})
    if done.open_already:
        said = ngettext(
            "%(count)d address has an open invitation already.",
            "%(count)d addresses have an open invitation already.",
            done.open_already,
        )
        messages.info(request, said % {"count": done.open_already})


@signed_in_or_send_again
def personal_invitation_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Let a member write one line to one person."""
    community = visible_community(request, community_slug)
    require(request.user, "members.invite_personally", community)
    form = PersonalInvitationForm(posted(request))
    if form.is_valid():
        try:
            _kept, is_new = inviting.invite_personally(community, by=request.user, **form.cleaned_data)
            said = _("Your invitation is on its way.") if is_new else _("They have an open invitation already.")
            messages.success(request, said)
            return redirect(community)
        except Refused as refused:
            form.add_error(None, refused)
    mine = inviting.personal_ones_of(request.user, community).order_by("-pk")
    context = {"community": community, "form": form, "invitations": mine}
    return page(request, "members/personal_invitation_add.html", context)


@require_POST
@login_required
def personal_invitation_withdraw(request: SignedInRequest, community_slug: str, invitation_id: int) -> HttpResponse:
    """Take one's own invitation back, also where one may no longer invite."""
    community = visible_community(request, community_slug)
    mine = community.invitations.filter(invited_by=request.user, is_personal=True)
    invitation = get_object_or_404(mine, pk=invitation_id)
    if inviting.withdraw(invitation):
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect(community)


@require_safe
@login_required
def invitations(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """List who was invited and has not answered, the last first."""
    community = _of(request, community_slug)
    recording.record(What.SAW_INVITATIONS, by=request.user, community=community)
    rows = community.invitations.unanswered().select_related("invited_by")
    context = {
        "community": community,
        "page": paginate(rows, order=("created_at", "id"), at=request.GET.get("page", ""), size=50),
    }
    return page(request, "members/invitations.html", context)


@require_POST
@login_required
def invitations_send_again(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Mail all open invitations once more that have not been mailed for a week."""
    count = inviting.send_all_again(_of(request, community_slug))
    said = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", count)
    if count:
        messages.success(request, said % {"count": count})
    else:
        messages.info(request, _("All that are open were sent within the last week."))
    return redirect("members:invitations", community_slug)


@require_POST
@login_required
def invitation_withdraw(request: SignedInRequest, community_slug: str, invitation_id: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(_of(request, community_slug).invitations, pk=invitation_id)
    if inviting.withdraw(invitation):
        messages.success(request, _("The invitation to %(email)s is withdrawn.") % {"email": invitation.email})
    return redirect("members:invitations", community_slug)


@require_POST
@login_required
def invitation_send_again(request: SignedInRequest, community_slug: str, invitation_id: int) -> HttpResponse:
    """Mail an invitation once more."""
    invitation = get_object_or_404(_of(request, community_slug).invitations, pk=invitation_id)
    if inviting.send_again(invitation):
        messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": invitation.email})
    else:
        messages.error(request, _("It was answered meanwhile, or sent within the last day. Wait until tomorrow."))
    return redirect("members:invitations", community_slug)


def _of(request: SignedInRequest, community_slug: str) -> Community:
    community = visible_community(request, community_slug)
    require(request.user, "members.manage_people", community)
    return community


@signed_in_or_send_again
def link_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Make a link by which people come in."""
    community = _of(request, community_slug)
    form = OpenInvitationForm(posted(request))
    if form.is_valid():
        inviting.open_link(community, by=request.user, **form.cleaned_data)
        messages.success(request, _("The link stands below. Whoever holds it can come in."))
        return redirect("members:people", community.slug)
    return page(request, "members/link_add.html", {"community": community, "form": form})


@require_POST
@login_required
def link_close(request: SignedInRequest, community_slug: str, link_id: int) -> HttpResponse:
    """Let nobody else in by a link."""
    link = get_object_or_404(_of(request, community_slug).open_invitations, pk=link_id)
    if inviting.close_link(link):
        messages.success(request, _("The link works no longer."))
    return redirect("members:people", community_slug)


@require_safe
def link_show(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link leads into, and one button."""
    link = OpenInvitation.objects.select_related("community", "invited_by").filter(token=token).first()
    if link is None or not link.is_open or link.community.is_archived:
        return page(request, "members/invitation_gone.html", status=404 if link is None else 410)
    return page(request, "members/link_show.html", {"link": link, "accent_of": link.community})


@require_POST
@login_required
def link_use(request: SignedInRequest, token: str) -> HttpResponse:
    """Come in by a link."""
    link = get_object_or_404(OpenInvitation.objects.select_related("community"), token=token)
    try:
        inviting.come_in_by(link, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("members:link-show", token)
    messages.success(request, _("Welcome! You belong to this community now."))
    return redirect(link.community)


@require_safe
def invitation_show(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to whoever holds its link: who asks, into what, and one button each way."""
    invitation = Invitation.objects.with_asker().filter(token=token).first()
    if invitation is None:
        return page(request, "members/invitation_gone.html", status=404)
    if not invitation.is_open:
        return page(request, "members/invitation_gone.html", {"invitation": invitation}, status=410)
    is_theirs = request.user.is_authenticated and inviting.is_for(invitation, request.user)
    context = {
        "invitation": invitation,
        "accent_of": invitation.community,
        "is_theirs": is_theirs,
        "asks_first": inviting.asks_first(invitation),
    }
    return page(request, "members/invitation_show.html", context)


@require_POST
@login_required
def invitation_accept(request: SignedInRequest, token: str) -> HttpResponse:
    """Accept an invitation."""
    invitation = get_object_or_404(Invitation.objects.with_asker(), token=token)
    try:
        inviting.accept(invitation, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("members:invitation-show", token)
    is_in = invitation.community.memberships.active().filter(user=request.user).exists()
    waits = _("The facilitators know that you would like to come in; you will find the answer in your mail.")
    messages.success(request, _("Welcome! You belong to this community now.") if is_in else waits)
    return redirect(invitation.community if is_in else settings.LOGIN_REDIRECT_URL)


@require_POST
def invitation_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Decline an invitation, with or without an account."""
    invitation = get_object_or_404(Invitation, token=token)
    inviting.decline(invitation)
    return page(request, "members/invitation_gone.html", {"invitation": invitation, "is_declined": True})
