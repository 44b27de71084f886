"""Images and files in topics go with them, when a topic is read by another audience from now on."""

from django.db.models import QuerySet

from cop.files import readdressing
from discussions.models import Reply, Topic


def follow(topics: QuerySet[Topic], *, community_id: int, audience: str) -> int:
    """Let what the messages of `topics` show be fetched by `audience`; give how many files that changed."""
    bodies = Reply.objects.filter(topic__in=topics.values("pk"), body__regex=r"/(files|attachments)/")
    texts = bodies.values_list("body", flat=True)
    return readdressing.change_audience(texts.iterator(), community_id=community_id, audience=audience)
