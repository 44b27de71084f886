"""Topics and replies as the desk shows them."""

from django.utils.translation import gettext as _

from cop.moderation.kinds import Around
from cop.moderation.things import Thing
from discussions.models import Reply, Topic


def thing_of_reply(reply: Reply, *, around: tuple[Around, ...] = ()) -> Thing:
    """Give a reply as a thing that can be flagged and moderated."""
    return Thing(
        kind="reply",
        id=reply.pk,
        community=reply.topic.community,
        title=reply.topic.title or _("A reply"),
        url=reply.get_absolute_url(),
        text=reply.text,
        html=reply.body_html,
        author=reply.author,
        author_name=reply.author_name,
        at=reply.posted_at,
        is_hidden=reply.hidden_at is not None,
        around=around,
    )


def thing_of_topic(topic: Topic, opening: Reply | None = None) -> Thing:
    """Give a topic, with the words it opens with, as a thing that can be flagged and moderated."""
    return Thing(
        kind="topic",
        id=topic.pk,
        community=topic.community,
        title=topic.title,
        url=topic.get_absolute_url(),
        text=opening.text if opening else "",
        html=opening.body_html if opening else "",
        author=topic.starter,
        author_name=topic.starter_name,
        at=topic.started_at,
        is_hidden=topic.hidden_at is not None,
    )
