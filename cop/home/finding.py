"""Finding a community on the site's home: by words, place, language and tag."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from taggit.models import Tag

from members.models import Community, CommunityQuerySet

WORDS_LIMIT = 100
WORDS_READ = 6
TAGS_SHOWN = 30


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; empty where they do not say."""

    words: str
    language: str
    tag: str

    @property
    def is_anything(self) -> bool:
        """Whether they look for anything at all."""
        return bool(self.words or self.language or self.tag)


def asked(query: Mapping[str, str]) -> Asked:
    """Read what is looked for from an address's query; nonsense is read as nothing."""
    language = query.get("language", "")
    return Asked(
        words=" ".join(query.get("q", "").replace("\0", "").split())[:WORDS_LIMIT],
        language=language if language in dict(settings.LANGUAGES) else "",
        tag=query.get("tag", "").replace("\0", "")[:WORDS_LIMIT],
    )


def that_fit(communities: CommunityQuerySet, what: Asked) -> CommunityQuerySet:
    """Give those in whose name, purpose, issue, place or tags each word stands, of that language, with that tag."""
    for word in what.words.split()[:WORDS_READ]:
        fits = Q()
        for column in ("name", "purpose", "pressing_issue", "place"):
            fits |= Q(**{f"{column}__icontains": word})
        communities = communities.filter(fits | Q(pk__in=Community.objects.filter(tags__name__icontains=word)))
    if what.language:
        communities = communities.filter(language=what.language)
    if what.tag:
        communities = communities.filter(tags__slug=what.tag)
    return communities


def tags_of(communities: CommunityQuerySet) -> list[tuple[str, str]]:
    """Give the tags of communities as (slug, name), those used most first; one query."""
    inside = Q(
        taggit_taggeditem_items__content_type__app_label="members",
        taggit_taggeditem_items__content_type__model="community",
        taggit_taggeditem_items__object_id__in=communities.order_by().values("pk"),
    )
    found = Tag.objects.filter(inside).annotate(times=Count("pk")).order_by("-times", "name")
    return list(found.values_list("slug", "name")[:TAGS_SHOWN])
