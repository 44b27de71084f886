"""What is being typed, saved while typing, and found again on another device."""

import re

from cop.base.tags import tags_by_id
from cop.markup.rendering import LIMIT
from discussions.models import Draft, Reply, Topic
from members.models import User

FIELDS = {"title": 400, "body": 2 * LIMIT, "tags": 1000, "kind": 20}
PLACE = re.compile(r"(forum|topic|reply|edit):[0-9]{1,18}")


def keep(typed: dict[str, str], *, place: str, by: User) -> Draft | None:
    """Keep what `by` has typed at a place so far; None, and nothing kept, where there is nothing in it."""
    fields = {name: typed.get(name, "").replace("\0", "")[:length] for name, length in FIELDS.items()}
    if not PLACE.fullmatch(place) or not (fields["title"].strip() or fields["body"].strip()):
        return None
    return Draft.objects.update_or_create(by=by, place=place, defaults={"fields": fields})[0]


def keep_written(message: Reply, *, place: str, by: User) -> None:
    """Let a message that is taken back be found where it is written, as it was typed."""
    fields = {"body": message.body}
    if message.is_opening:
        tags = [name for _slug, name in tags_by_id(Topic, [message.topic_id]).get(message.topic_id, [])]
        fields |= {"title": message.topic.title, "kind": message.topic.kind, "tags": ", ".join(tags)}
    Draft.objects.update_or_create(by=by, place=place, defaults={"fields": fields})


def kept(place: str, *, by: User) -> Draft | None:
    """Give what `by` typed at a place and did not send, or None."""
    return Draft.objects.filter(by=by, place=place).first()


def discard(place: str, *, by: User) -> bool:
    """Throw away what was typed and not sent; tell whether there was anything."""
    return bool(Draft.objects.filter(by=by, place=place).delete()[0])
