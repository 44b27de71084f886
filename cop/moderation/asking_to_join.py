"""People who ask to join, as something that needs care: answered in the queue, on the page of people, or by mail."""

from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.errors import Refused
from cop.mail.plain_words import NO, YES
from cop.moderation import caring
from cop.moderation.kinds import Act, CaseKind, Decision, Shown
from cop.moderation.models import Case
from members import joining
from members.logging_standing import What
from members.models import Membership, MembershipState, User

KIND = "request"
AT_ONCE = 500


def follow(membership: Membership, what: What, by: User | None) -> None:
    """Let who asks wait for care, and wait no longer when they were answered, or came or went by another way."""
    if what == What.ASKED:
        _wait(membership)
    elif what in (What.JOINED, What.DECLINED, What.LEFT):
        outcome = {What.JOINED: ACCEPT.name, What.DECLINED: DECLINE.name}.get(what, "gone")
        caring.settle(KIND, membership.pk, by=by, outcome=outcome)


def find_missed() -> int:
    """Let those wait who asked before anybody noted it; give how many."""
    case = Case.objects.open().filter(kind=KIND, thing_id=OuterRef("pk"))
    rows = Membership.objects.requested().filter(~Exists(case), user__is_active=True, community__archived_at=None)
    missed = list(rows.select_related("community", "user").order_by("pk")[:AT_ONCE])
    for membership in missed:
        _wait(membership)
    return len(missed)


def _wait(membership: Membership) -> None:
    caring.needs_care(KIND, membership.pk, community=membership.community, about=membership.user)


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give those who still wait, with what they would like to solve; one query."""
    rows = Membership.objects.filter(pk__in=ids, state=MembershipState.REQUESTED, user__is_active=True)
    return {
        row.pk: Shown(
            title=_("%(name)s asks to join") % {"name": row.user.display_name},
            url=row.user.get_absolute_url(),
            html=row.request_line,
        )
        for row in rows.select_related("user")
    }


def _accept(case: Case, act: Act) -> None:
    _answered(joining.accept(_asked(case), by=act.by, line=act.words))


def _decline(case: Case, act: Act) -> None:
    _answered(joining.decline(_asked(case), by=act.by, line=act.words))


def _asked(case: Case) -> Membership:
    return Membership.objects.select_related("community", "user").get(pk=case.thing_id)


def _answered(is_new: bool) -> None:
    if not is_new:
        raise Refused(_("They were answered meanwhile."))


ACCEPT = Decision(
    "accepted",
    gettext_lazy("Let them in"),
    _accept,
    gettext_lazy("They belong to the community now, and get your words by mail."),
    key="a",
    said=f"yes|accept|let in|let them in|welcome|{YES}",
)
DECLINE = Decision(
    "declined",
    gettext_lazy("Turn them down"),
    _decline,
    gettext_lazy("They are told by mail, with your words."),
    key="d",
    is_grave=True,
    said=f"no|decline|turn down|turn them down|reject|{NO}",
)
REQUESTS = CaseKind(words=gettext_lazy("Asking to join"), show=show, decisions=(ACCEPT, DECLINE))
