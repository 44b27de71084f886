"""What people say about an occurrence: a topic like any other, for the audience of the event."""

from django.db import transaction

from cop.moderation.recording import stays_hidden
from discussions import commenting, moderating
from discussions.models import Topic
from events.locking import locked
from events.models import Event, Occurrence


def begin(occurrence: Occurrence) -> Topic:
    """Give the conversation about an occurrence, begun where there is none yet."""
    with transaction.atomic():
        row = locked(occurrence)
        if row.topic is None:
            row.topic = commenting.begin(
                title=row.title,
                about_url=row.get_absolute_url(),
                community=row.event.community,
                audience=row.event.audience,
            )
            row.save(update_fields=["topic", "updated_at"])
    return row.topic


def follow_audience(event: Event) -> int:
    """Let the conversations about an event be read by its audience and no other; give how many that changed."""
    return commenting.change_audience(Topic.objects.filter(occurrence__event=event), audience=event.audience)


def follow_state(event: Event) -> None:
    """Let the conversations about an event be read only while it is: call it where it was hidden or shown again.

    One that was hidden for itself stays hidden.
    """
    for topic in Topic.objects.filter(occurrence__event=event, hidden_at__isnull=event.is_hidden):
        if event.is_hidden or not stays_hidden("topic", topic.pk):
            moderating.set_hidden(topic, event.is_hidden, by=None)
