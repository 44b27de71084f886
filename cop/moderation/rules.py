"""Who may take care: the facilitators of a community, and site staff."""

from django.utils.translation import gettext_lazy as _

from cop.moderation.guidelines import policy_of
from members.models import Community
from members.permissions import rule
from members.rules import FACILITATORS_CAN
from members.standing import Standing


@rule("moderation.take_care", who=FACILITATORS_CAN)
def may_take_care(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community)


@rule("moderation.decide_last", who=_("Only site staff decide what is left to them."))
def may_decide_last(standing: Standing, _thing: object) -> bool:
    return standing.is_staff


@rule("moderation.read_log", who=_("Only facilitators read this, unless they share it with the members."))
def may_read_log(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) or (standing.belongs_to(community) and policy_of(community).is_log_shared)
