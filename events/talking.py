"""What people say about an occurrence: a topic like any other, for the audience of the event."""

from django.db import transaction

from cop.search import indexing
from discussions.models import Reply, Topic
from discussions.writing import start_comments
from events.locking import locked
from events.models import Event, Occurrence


def begin(occurrence: Occurrence) -> Topic:
    """Give the conversation about an occurrence, begun where there is none yet."""
    with transaction.atomic():
        row = locked(occurrence)
        if row.topic is None:
            row.topic = start_comments(title=row.title, community=row.event.community, audience=row.event.audience)
            row.save(update_fields=["topic", "updated_at"])
    return row.topic


def follow_audience(event: Event) -> int:
    """Let the conversations about an event be read by its audience and no other; give how many that changed."""
    topics = Topic.objects.filter(occurrence__event=event).exclude(audience=event.audience)
    ids = list(topics.values_list("pk", flat=True))
    Topic.objects.filter(pk__in=ids).update(audience=event.audience)
    replies = Reply.objects.filter(topic__in=ids).values_list("pk", flat=True)
    if ids and replies:
        indexing.put("reply", *replies)
    return len(ids)
