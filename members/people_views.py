"""Pages about the people of a community: list, requests, roles, invitations."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from members import inviting, joining, organising
from members.community_views import visible_community
from members.membership_forms import AnswerForm, RoleForm
from members.models import Membership, MembershipState, User
from members.permissions import require
from members.profile_forms import ProfileForm
from members.profiling import confirm_timezone, finding, finding_members, listed, shown_to
from members.roles import Role
from members.signing_in import SignedInRequest, signed_in_or_send_again, sure

DIRECTORY_PAGE = 50
NEW_FOR = timedelta(days=7)


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
    facilitates = request.user.has_perm("members.edit_community", community)
    words = request.GET.get("q", "").replace("\0", "")[:200].strip()
    states = [MembershipState.ACTIVE, MembershipState.SUSPENDED] if facilitates else [MembershipState.ACTIVE]
    shown = community.memberships.with_people()
    if not facilitates:
        shown = shown.listed_to(request.user)
    context = {
        "community": community,
        "words": words,
        "page": paginate(
            finding_members(shown.filter(state__in=states), words),
            order=("joined_at", "id"),
            at=request.GET.get("page", ""),
            size=50,
        ),
        "roles": Role.choices,
        "requests": shown.requested().order_by("updated_at")[:100] if facilitates else [],
        "newcomers": shown.active().filter(joined_at__gte=timezone.now() - NEW_FOR).order_by("-joined_at")[:20],
        "links": inviting.open_links(community) if facilitates else [],
        "has_invitations": facilitates and community.invitations.unanswered().exists(),
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
def requests_answer(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Let some of those in who asked, or turn them down, with a line back."""
    community = visible_community(request, community_slug)
    require(request.user, "members.manage_people", community)
    waiting = {row.pk: row for row in community.memberships.requested().select_related("user", "community")[:500]}
    form = AnswerForm(request.POST, ids=waiting)
    if not form.is_valid():
        messages.error(request, _("Choose somebody who still waits, then let them in or decline."))
        return redirect("members:people", community.slug)
    data = form.cleaned_data
    act = joining.accept if data["what"] == "accept" else joining.decline
    count = sum(act(waiting[pk], by=request.user, line=data["line"]) for pk in data["ids"])
    said = (
        ngettext("%(count)d person is a member now.", "%(count)d people are members now.", count)
        if data["what"] == "accept"
        else ngettext("You declined %(count)d request.", "You declined %(count)d requests.", count)
    )
    messages.success(request, said % {"count": count})
    return redirect("members:people", community.slug)


@require_POST
@login_required
@sure
def membership_role(request: SignedInRequest, community_slug: str, membership_id: int) -> HttpResponse:
    """Give somebody another role."""
    membership = _membership(request, community_slug, membership_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one of the roles."))
        return redirect("members:people", community_slug)
    role, reason = form.cleaned_data["role"], form.cleaned_data["reason"]
    said = _("%(name)s has another role now.")

    def change() -> bool:
        return joining.change_role(membership, role, by=request.user, reason=reason)

    return _do(request, membership, change, said)


@require_safe
@login_required
def membership_suspend(request: SignedInRequest, community_slug: str, membership_id: int) -> HttpResponse:
    """To the one page where somebody is suspended, for a point of the community's guidelines."""
    membership = _membership(request, community_slug, membership_id)
    return redirect(settings.SUSPEND_URL, kind="person", thing_id=membership.pk, what="suspended")


@require_POST
@login_required
def membership_readmit(request: SignedInRequest, community_slug: str, membership_id: int) -> HttpResponse:
    """Let a suspended person take part again."""
    membership = _membership(request, community_slug, membership_id)
    said = _("%(name)s can take part again.")
    return _do(request, membership, lambda: joining.readmit(membership, by=request.user), said)


@require_safe
@login_required
def standing_log(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Who changed whose standing, when and why, the last first."""
    community = visible_community(request, community_slug)
    require(request.user, "members.edit_community", community)
    rows = community.standing_changes.select_related("user", "by")
    context = {"community": community, "page": paginate(rows, order=("at", "id"), at=request.GET.get("page", ""))}
    return page(request, "members/standing_log.html", context)


@signed_in_or_send_again
def profile_edit(request: SignedInRequest) -> HttpResponse:
    """Change one's own name, organisation, time zone and language."""
    user = User.objects.select_related("organisation").get(pk=request.user.pk)
    form = ProfileForm(posted(request), request.FILES or None, instance=user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("members:profile-edit")
    return page(request, "members/profile_edit.html", {"form": form, "organisations": organising.suggestions()})


@require_POST
@login_required
def timezone_confirm(request: SignedInRequest) -> HttpResponse:
    """Somebody says that the time zone which their browser named is theirs."""
    confirm_timezone(request.user)
    return redirect(settings.LOGIN_REDIRECT_URL)
