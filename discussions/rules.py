"""Who may do what with forums, topics and replies."""

from django.utils.translation import gettext_lazy as _

from cop.guarding.models import takes_guests
from discussions.models import Forum, Reply, Starters, Topic
from members.models import Community
from members.permissions import rule
from members.standing import Standing

FACILITATORS_CAN = _("Only facilitators of this community can do that.")
MEMBERS_CAN = _("Only members of this community can do that; join it first.")


@rule("discussions.add_forum", who=FACILITATORS_CAN)
def may_add_forum(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and not community.is_archived


@rule("discussions.edit_forum", who=FACILITATORS_CAN)
def may_edit_forum(standing: Standing, forum: Forum) -> bool:
    return may_add_forum(standing, forum.community)


@rule("discussions.bring_back", who=FACILITATORS_CAN)
def may_bring_back(standing: Standing, community: Community) -> bool:
    return may_add_forum(standing, community)


@rule("discussions.start_topic", who=_("Only members start topics here; in some forums, only facilitators."))
def may_start_topic(standing: Standing, forum: Forum) -> bool:
    if forum.community.is_archived or forum.is_archived:
        return False
    members_start = forum.starters == Starters.MEMBERS and standing.takes_part_in(forum.community)
    return members_start or standing.facilitates(forum.community)


@rule("discussions.ask_for_help", who=_("Outside readers ask in help forums, where facilitators opened them."))
def may_ask_for_help(standing: Standing, forum: Forum) -> bool:
    is_open = forum.is_help and not forum.is_archived and not forum.community.is_archived
    return is_open and takes_guests(forum.community)


@rule("discussions.reply", who=_("Only members reply here, and nobody where a topic is locked or a forum archived."))
def may_reply(standing: Standing, topic: Topic) -> bool:
    if topic.community.is_archived or topic.merged_into_id or (topic.forum and topic.forum.is_archived):
        return False
    return standing.facilitates(topic.community) or (standing.takes_part_in(topic.community) and not topic.is_locked)


@rule("discussions.take_part", who=MEMBERS_CAN)
def may_take_part(standing: Standing, topic: Topic) -> bool:
    return not topic.community.is_archived and standing.takes_part_in(topic.community)


@rule("discussions.edit_reply", who=_("Only who wrote it and facilitators can change this, and not in a locked topic."))
def may_edit_reply(standing: Standing, reply: Reply) -> bool:
    topic = reply.topic
    if topic.community.is_archived:
        return False
    is_own = reply.author_id is not None and reply.author_id == standing.user.pk
    return standing.facilitates(topic.community) or (
        is_own and not topic.is_locked and not reply.is_gone and standing.takes_part_in(topic.community)
    )


@rule("discussions.accept", who=_("Only who asked and facilitators can say what answered the question."))
def may_accept(standing: Standing, topic: Topic) -> bool:
    if topic.community.is_archived or not topic.is_question:
        return False
    is_own = topic.starter_id is not None and topic.starter_id == standing.user.pk
    return standing.facilitates(topic.community) or (is_own and standing.takes_part_in(topic.community))


@rule("discussions.ask_somebody", who=_("Only who asked and facilitators ask others by name to help."))
def may_ask_somebody(standing: Standing, topic: Topic) -> bool:
    return topic.answered_at is None and not topic.is_locked and may_accept(standing, topic)


@rule("discussions.summarise", who=_("Only who started the topic and facilitators write what was found."))
def may_summarise(standing: Standing, topic: Topic) -> bool:
    if topic.community.is_archived:
        return False
    is_own = topic.starter_id is not None and topic.starter_id == standing.user.pk
    return standing.facilitates(topic.community) or (is_own and standing.takes_part_in(topic.community))


@rule("discussions.moderate", who=FACILITATORS_CAN)
def may_moderate(standing: Standing, topic: Topic) -> bool:
    return standing.facilitates(topic.community) and not topic.community.is_archived
