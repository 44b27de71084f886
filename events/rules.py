"""Who may schedule, change, answer and see who comes."""

from django.utils.translation import gettext_lazy as _

from events.calendar_models import CommunityCalendar, Schedulers
from events.models import Answerers, Event, Occurrence
from events.poll_models import DatePoll
from members.models import Community
from members.permissions import rule
from members.standing import Standing

FACILITATORS_CAN = _("Only facilitators of this community can do that.")
HOSTS_CAN = _("Only the hosts of this event and facilitators can do that.")


@rule("events.add_event", who=_("Only facilitators schedule events here, unless the calendar lets members do it too."))
def may_add_event(standing: Standing, community: Community) -> bool:
    if community.is_archived:
        return False
    if standing.facilitates(community):
        return True
    if not standing.takes_part_in(community):
        return False
    return CommunityCalendar.objects.filter(community=community, schedulers=Schedulers.MEMBERS).exists()


@rule("events.manage_calendar", who=FACILITATORS_CAN)
def may_manage_calendar(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and not community.is_archived


@rule("events.edit_event", who=HOSTS_CAN)
def may_edit_event(standing: Standing, event: Event) -> bool:
    if event.community.is_archived:
        return False
    if standing.facilitates(event.community):
        return True
    if not standing.belongs_to(event.community):
        return False
    return event.created_by_id == standing.user.pk or event.hosts.filter(pk=standing.user.pk).exists()


@rule("events.answer", who=_("Only members of this community can answer here."))
def may_answer(standing: Standing, occurrence: Occurrence) -> bool:
    event = occurrence.event
    if event.community.is_archived or not standing.is_signed_in:
        return False
    if event.answerers == Answerers.READERS:
        return standing.may_read(event.audience, event.community)
    return standing.takes_part_in(event.community) or standing.facilitates(event.community)


@rule("events.talk", who=_("Only members and facilitators of this community can begin a conversation here."))
def may_talk(standing: Standing, occurrence: Occurrence) -> bool:
    community = occurrence.event.community
    taking_part = standing.takes_part_in(community) or standing.facilitates(community)
    return taking_part and not community.is_archived and not (occurrence.event.is_draft or occurrence.event.is_hidden)


@rule("events.see_answers", who=_("Only members of this community can see who comes."))
def may_see_answers(standing: Standing, occurrence: Occurrence) -> bool:
    return standing.is_staff or standing.belongs_to(occurrence.community_id)


@rule("events.add_poll", who=_("Only members and facilitators of this community can ask for a date."))
def may_add_poll(standing: Standing, community: Community) -> bool:
    taking_part = standing.takes_part_in(community) or standing.facilitates(community)
    return taking_part and not community.is_archived


@rule("events.see_poll", who=_("Only members of this community can see when its people have time."))
def may_see_poll(standing: Standing, poll: DatePoll) -> bool:
    return standing.may_read(poll.audience, poll.community)


@rule("events.vote", who=_("Only members and facilitators of this community can say when they have time."))
def may_vote(standing: Standing, poll: DatePoll) -> bool:
    return may_add_poll(standing, poll.community)


@rule("events.settle_poll", who=_("Only who asked for a date, and facilitators, can do that."))
def may_settle_poll(standing: Standing, poll: DatePoll) -> bool:
    if poll.community.is_archived:
        return False
    is_own = poll.created_by_id == standing.user.pk and standing.takes_part_in(poll.community)
    return is_own or standing.facilitates(poll.community)
