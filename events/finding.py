"""What a search reads of events."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from cop.search.models import SearchEntry, tag_line
from cop.search.searchables import Searchable
from events.following import KIND
from events.models import Event


def entries_of(ids: Collection[int]) -> Iterator[SearchEntry]:
    """Give the entries of those events that were told."""
    rows = Event.objects.standing().filter(pk__in=ids).select_related("community")
    for event in rows.prefetch_related("tags"):  # type: ignore[misc]  # taggit's manager is unknown to it
        yield SearchEntry(
            object_id=event.pk,
            community=event.community,
            audience=event.audience,
            thing_kind=KIND,
            thing_id=event.pk,
            title=event.title,
            text="\n".join(part for part in (event.place, event.text) if part),
            tags=tag_line([tag.name for tag in event.tags.all()]),
            url=event.get_absolute_url(),
            author_id=event.created_by_id,
            language=event.community.language,
            at=event.published_at or event.created_at,
        )


def ids_after(after: int, size: int) -> list[int]:
    """Give the ids of the next events."""
    return list(Event.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:size])


EVENTS = Searchable(_("Events"), read=entries_of, ids_after=ids_after)
