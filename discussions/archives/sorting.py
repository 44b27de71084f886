"""Which forum of a community a topic that comes back goes to: that of its own name, found or made."""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from discussions.archives.json_lines import Place
from discussions.models import Forum
from discussions.opening import open_forum
from members.audiences import narrower
from members.models import Community

# A file makes no more forums than this; what belongs to others stays in the one that was chosen.
MADE_MOST = 50


@dataclass
class Forums:
    """The forums that the topics of one file go to.

    `chosen` is the one that the file was given to: nothing is read by more people than it is, and what says no forum
    stays there. Without `is_sorted` all of it does.
    """

    chosen: Forum
    is_sorted: bool = False
    used: dict[str, Forum] = field(default_factory=dict)
    made: int = 0

    def of(self, place: Place | None) -> Forum:
        """Give the forum for a topic that was in `place`."""
        if place is None or not self.is_sorted:
            return self.chosen
        if place.name not in self.used:
            self.used[place.name] = self._found(place) or self._made(place) or self.chosen
        return self.used[place.name]

    def touched(self) -> set[int]:
        """Give the numbers of the forums that something may have gone to."""
        return {self.chosen.pk, *(forum.pk for forum in self.used.values())}

    def _found(self, place: Place) -> Forum | None:
        """Give the community's forum of that name; the chosen one, where that would let more people read."""
        named = Forum.objects.filter(community=self.chosen.community_id, name=place.name)
        rows = sorted(named.select_related("community"), key=lambda row: (row.slug != place.slug, row.position, row.pk))
        if not rows:
            return None
        narrow = [row for row in rows if narrower(row.audience, self.chosen.audience) == row.audience]
        return narrow[0] if narrow else self.chosen

    def _made(self, place: Place) -> Forum | None:
        if self.made >= MADE_MOST:
            return None
        with transaction.atomic():
            community = Community.objects.select_for_update(no_key=True).get(pk=self.chosen.community_id)
            if there := self._found(place):  # Another file made it meanwhile.
                return there
            self.made += 1
            return open_forum(
                Forum(
                    community=community,
                    name=place.name,
                    slug=_free_slug(community, place),
                    description=place.description,
                    audience=narrower(place.audience, self.chosen.audience),
                    starters=place.starters,
                    archived_at=timezone.now() if place.is_archived else None,
                )
            )


def _free_slug(community: Community, place: Place) -> str:
    """Give an address that no forum of the community has: the one that it had, or that its name makes."""
    wanted = slugify(place.slug)[:40].strip("-") or slugify(place.name)[:40].strip("-") or "forum"
    taken = set(Forum.objects.filter(community=community, slug__startswith=wanted).values_list("slug", flat=True))
    numbers = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbers) if slug not in taken)
