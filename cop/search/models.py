"""What can be found: one table over all kinds of things."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from members.audiences import Audience, Reader, readable_by
from members.models import Community, User


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """Questions about what can be found."""

    def visible_to(self, user: Reader) -> "SearchEntryQuerySet":
        """Those whose audience `user` belongs to."""
        return self.filter(readable_by(user))

    def within(self, thing_kind: str, thing_id: int) -> "SearchEntryQuerySet":
        """Those that are in one blog or forum."""
        return self.filter(thing_kind=thing_kind, thing_id=thing_id)

    def tagged(self, name: str) -> "SearchEntryQuerySet":
        """Those that bear a tag."""
        return self.filter(tags__contains=tag_line([name]))

    def written_by(self, name: str) -> "SearchEntryQuerySet":
        """Those whose author's name holds `name`."""
        authors = User.objects.filter(display_name__icontains=name).values("pk")
        return self.filter(Q(author__in=authors) | Q(author_name__icontains=name))


class SearchEntry(models.Model):
    """What a search reads of one thing. The index beside it (a column or a table) is kept by the database itself."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+", db_index=False)
    audience = models.CharField(max_length=12, choices=Audience)
    # The blog or forum it is in, and the topic, for searching within them.
    thing_kind = models.CharField(max_length=20, blank=True)
    thing_id = models.BigIntegerField(null=True, blank=True)
    topic_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=300)
    # Shown where it has no title of its own, as a reply has its topic's; nobody finds it by these words.
    heading = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True)
    tags = models.TextField(blank=True)
    url = models.CharField(max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # Who wrote it where that is nobody with an account.
    author_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, default="en")
    at = models.DateTimeField(default=now)

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "search entries"
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]
        indexes = [
            models.Index(fields=["community", "at"]),
            models.Index(fields=["thing_kind", "thing_id", "at"]),
            models.Index(fields=["topic_id"], name="search_by_topic", condition=Q(topic_id__isnull=False)),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return self.title or self.heading

    @property
    def written_by(self) -> str:
        """The author's name as it is today."""
        return self.author.display_name if self.author else self.author_name


def tag_line(names: list[str]) -> str:
    """Give tags as they are kept, so that one is found whole and no part of another."""
    return "".join(f"|{name.casefold().replace('|', ' ')}|" for name in names)
