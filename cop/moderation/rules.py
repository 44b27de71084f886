"""Who may take care: the facilitators of a community, and site staff."""

from members.models import Community
from members.permissions import rule
from members.rules import FACILITATORS_CAN
from members.standing import Standing


@rule("moderation.take_care", who=FACILITATORS_CAN)
def may_take_care(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community)
