"""Tags of a community: which are in use where somebody may read, what bears one, who chose what about it."""

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from taggit.models import Tag

from cop.base.tags import bearing
from cop.notifications import tag_following
from cop.notifications.models import Pace, State, Subscription
from cop.notifications.tag_models import TAG, CommunityTag
from cop.search.models import SearchEntry
from discussions.models import Topic
from members.audiences import Reader
from members.models import Community
from members.standing import standing_of

POSTS_SHOWN = 5
TAGS_LISTED = 60
TAGS_SUGGESTED = 8
MOST_KEPT = 2000
KEPT = 120


def find(community: Community, slug: str, *, reader: Reader) -> Tag | None:
    """Give a tag that something bears which `reader` may read in a community, or None."""
    tag = Tag.objects.filter(slug=slug).first()
    if tag is None:
        return None
    topics = Topic.objects.visible_to(reader).filter(community=community, pk__in=bearing("topic", slug=slug))
    posts = _posts(community, tag, reader)
    return tag if topics.exists() or posts.exists() else None


def _posts(community: Community, tag: Tag, reader: Reader) -> QuerySet[SearchEntry]:
    rows = SearchEntry.objects.visible_to(reader).filter(community=community, kind="post")
    return rows.filter(object_id__in=bearing("post", slug=tag.slug))


def posts_with(community: Community, tag: Tag, *, reader: Reader) -> list[SearchEntry]:
    """Give the newest posts that bear a tag."""
    return list(_posts(community, tag, reader).select_related("author").defer("text").order_by("-at")[:POSTS_SHOWN])


def in_use(community: Community, *, reader: Reader) -> list[tuple[str, int]]:
    """Give the tags of those topics and posts of a community that `reader` may read, those used most first, and how
    often each stands.

    Kept for two minutes for all who read the same: of 100,000 topics it takes a second, and it is asked at each key.
    """
    key = f"tags:{community.pk}:{standing_of(reader).kind_in(community)}"
    found: list[tuple[str, int]] | None = cache.get(key)
    if found is None:
        found = _look_up(community, reader)
        cache.set(key, found, KEPT)
    return found


def _look_up(community: Community, reader: Reader) -> list[tuple[str, int]]:
    topics = Topic.objects.visible_to(reader).filter(community=community).values("pk")
    posts = SearchEntry.objects.visible_to(reader).filter(community=community, kind="post").values("object_id")
    item = "taggit_taggeditem_items__"
    inside = Q(**{f"{item}content_type__model": "topic", f"{item}object_id__in": topics})
    inside |= Q(**{f"{item}content_type__model": "post", f"{item}object_id__in": posts})
    rows = Tag.objects.filter(inside).annotate(times=Count("pk")).order_by("-times", "name")
    return list(rows.values_list("name", "times")[:MOST_KEPT])


def tags_in(community: Community, *, reader: Reader) -> list[str]:
    """Give the names of the tags in use, as far as a list of them is read."""
    return [name for name, _times in in_use(community, reader=reader)[:TAGS_LISTED]]


def suggest(community: Community, typed: str, *, reader: Reader) -> list[tuple[str, int]]:
    """Give tags in use whose name begins with what was typed, and then those that hold it, with how often they stand.

    Nothing typed gives those used most.
    """
    typed = " ".join(typed.replace("\0", "").split()).lstrip("#").casefold()
    found = [(name, times) for name, times in in_use(community, reader=reader) if typed in name.casefold()]
    return sorted(found, key=lambda one: not one[0].casefold().startswith(typed))[:TAGS_SUGGESTED]


def as_chosen(community: Community, tag: Tag) -> CommunityTag:
    """Give a tag of a community as something that somebody chooses about."""
    return tag_following.as_chosen(community, tag.pk)


def chosen_by(user: Reader, community: Community, tag: Tag) -> str:
    """Give what somebody chose about a tag: the pace at which they follow it, "muted", or nothing."""
    if not user.is_authenticated:
        return ""
    own = Subscription.objects.filter(thing_kind=TAG, subscriber__user=user.pk, state=State.CONFIRMED)
    rows = own.filter(thing_id__in=CommunityTag.objects.filter(community=community, tag=tag).values("pk"))
    paces = set(rows.values_list("pace", flat=True))
    return Pace.MUTED if paces == {Pace.MUTED} else next(iter(sorted(paces - {Pace.MUTED})), "")
