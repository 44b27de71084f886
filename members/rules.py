"""Who may do what with communities and their people (product table: roles are jobs, not ranks)."""

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _

from members.models import Community, JoinRule, Organisation
from members.permissions import rule
from members.standing import Standing

if TYPE_CHECKING:
    from members.models import User

FACILITATORS_CAN = _("Only facilitators of this community can do that.")


@rule("members.edit_community", who=FACILITATORS_CAN)
def may_edit_community(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community)


@rule("members.manage_people", who=FACILITATORS_CAN)
def may_manage_people(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and not community.is_archived


@rule("members.see_people", who=_("Only members of this community can see who else belongs to it."))
def may_see_people(standing: Standing, community: Community) -> bool:
    return standing.is_staff or standing.belongs_to(community)


@rule("members.join_community", who=_("Signed-in people can join a community that is open to all."))
def may_join_community(standing: Standing, community: Community) -> bool:
    return _may_come_in(standing, community) and community.join_rule == JoinRule.OPEN


@rule("members.ask_to_join", who=_("Signed-in people can ask to join a community that takes requests."))
def may_ask_to_join(standing: Standing, community: Community) -> bool:
    return _may_come_in(standing, community) and community.join_rule == JoinRule.REQUEST


@rule("members.leave_community", who=_("Only somebody who belongs to this community can leave it."))
def may_leave_community(standing: Standing, community: Community) -> bool:
    return standing.belongs_to(community)


@rule("members.invite_personally", who=_("Only members invite people here, and not where facilitators alone invite."))
def may_invite_personally(standing: Standing, community: Community) -> bool:
    if community.is_archived:
        return False
    members_may = community.join_rule != JoinRule.INVITATION and standing.takes_part_in(community)
    return members_may or standing.facilitates(community)


@rule("members.edit_organisation", who=_("Only who looks after this organisation's page can do that."))
def may_edit_organisation(standing: Standing, organisation: Organisation) -> bool:
    return standing.is_staff or (standing.is_signed_in and organisation.is_looked_after_by(cast("User", standing.user)))


@rule("members.merge_organisations", who=_("Only site staff can merge organisations."))
def may_merge_organisations(standing: Standing, _organisation: Organisation) -> bool:
    return standing.is_staff


@rule("members.decide_sign_ups", who=_("Only site staff can do that."))
def may_decide_sign_ups(standing: Standing, _thing: None) -> bool:
    return standing.is_staff


def _may_come_in(standing: Standing, community: Community) -> bool:
    return standing.is_signed_in and not standing.belongs_to(community) and not community.is_archived
