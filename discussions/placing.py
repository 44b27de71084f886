"""Topics as places in which something is promised or proposed."""

from cop.agreements.places import Place
from discussions.following import FORUM
from discussions.models import Topic


def find_topic(topic_id: int) -> Place | None:
    """Give a topic as a place, or None where it is gone or hidden."""
    topic = Topic.objects.standing().filter(pk=topic_id, merged_into=None).select_related("community").first()
    if topic is None:
        return None
    return Place(
        kind="topic",
        id=topic.pk,
        title=topic.title,
        url=topic.get_absolute_url(),
        community_id=topic.community_id,
        audience=topic.audience,
        thing_kind=FORUM if topic.forum_id else "",
        thing_id=topic.forum_id,
        is_closed=topic.is_locked,
    )
