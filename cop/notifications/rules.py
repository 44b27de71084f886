"""Who may see and change who follows a thing; `thing` is a followables.Thing."""

from django.utils.translation import gettext_lazy as _

from cop.notifications.followables import Thing
from members.models import Community
from members.permissions import rule
from members.standing import Standing

FACILITATORS_CAN = _("Only facilitators of this community can see who follows it.")


@rule("notifications.see_subscribers", who=FACILITATORS_CAN)
def may_see_subscribers(standing: Standing, thing: Thing) -> bool:
    return standing.facilitates(thing.community_id)


@rule("notifications.add_subscribers", who=_("Only facilitators can do that, and not in an archived community."))
def may_add_subscribers(standing: Standing, thing: Thing) -> bool:
    return standing.facilitates(thing.community_id) and not thing.is_archived


@rule("notifications.set_mail", who=_("Only facilitators of this community can decide about its mail."))
def may_set_mail(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and not community.is_archived


@rule("notifications.set_rhythm", who=_("Only facilitators of this community can set its rhythm."))
def may_set_rhythm(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and not community.is_archived
