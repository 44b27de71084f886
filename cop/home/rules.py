"""Who may do what with a community's life as a whole."""

from django.utils.translation import gettext_lazy as _

from members.models import Community
from members.permissions import rule
from members.standing import Standing

FACILITATORS_CAN = _("Only facilitators of this community can do that.")


@rule("home.set_up", who=_("Sign in first: everybody with an account can start a community."))
def may_set_up(standing: Standing, _thing: None) -> bool:
    return standing.is_signed_in


@rule("home.approve_set_ups", who=_("Only site staff approve new communities."))
def may_approve(standing: Standing, _thing: None) -> bool:
    return standing.is_staff


@rule("home.look_after", who=FACILITATORS_CAN)
def may_look_after(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and not community.is_archived


@rule("home.open_again", who=FACILITATORS_CAN)
def may_open_again(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and community.is_archived
