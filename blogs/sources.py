"""Feeds that fill blogs: the source, its use in a blog, its entries, and the post that an entry became."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blogs.entries import FeedEntry
from cop.base.models import Dated


class SourceState(models.TextChoices):
    """Whether a source is asked."""

    ACTIVE = "active", _("Collected regularly")
    PAUSED = "paused", _("Paused because it kept failing")
    BY_HAND = "by-hand", _("Collected by hand only")


class FeedSourceQuerySet(models.QuerySet["FeedSource"]):
    """Questions about sources."""

    def due(self, at: datetime) -> "FeedSourceQuerySet":
        """Those that are to be asked now, for at least one blog that wants them."""
        wanted = SourceUse.objects.wanted().filter(source=models.OuterRef("pk"))
        active = self.filter(state=SourceState.ACTIVE, next_poll_at__lte=at)
        return active.filter(Q(claimed_until=None) | Q(claimed_until__lt=at)).filter(models.Exists(wanted))


class FeedSource(Dated):
    """A feed at an address, asked once for all blogs that use it."""

    url = models.CharField(_("address"), max_length=1000, unique=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    site_url = models.CharField(_("page"), max_length=1000, blank=True)
    journal = models.CharField(_("journal"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=SourceState, default=SourceState.ACTIVE)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    polled_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    collected_at = models.DateTimeField(_("last read"), null=True, blank=True)
    next_poll_at = models.DateTimeField(_("asked next"), null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    trouble = models.CharField(_("what went wrong last"), max_length=500, blank=True)

    objects = FeedSourceQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "next_poll_at"])]

    def __str__(self) -> str:
        return self.title or self.url

    @property
    def is_paused(self) -> bool:
        """Whether it failed too often to be asked again by itself."""
        return self.state == SourceState.PAUSED


class Mode(models.TextChoices):
    """What becomes of what is collected."""

    DRAFT = "draft", _("Keep as drafts for a facilitator to look through")
    PUBLISH = "publish", _("Publish at once")


class Grouping(models.TextChoices):
    """How many posts are made of it."""

    EACH = "each", _("A post per entry")
    ISSUE = "issue", _("A round-up per issue")


class Start(models.TextChoices):
    """What becomes of the entries that a feed holds when a blog begins to use it."""

    LATEST = "latest", _("Only the latest issue, or the last 14 days")
    NOTHING = "nothing", _("Nothing: only what comes from now on")
    ALL = "all", _("Everything the feed holds now")


class SourceUseQuerySet(models.QuerySet["SourceUse"]):
    """Questions about uses."""

    def wanted(self) -> "SourceUseQuerySet":
        """Those that are not paused, in communities that are not archived."""
        return self.filter(is_paused=False, blog__community__archived_at=None)


class SourceUse(Dated):
    """A source in a blog: how its entries become posts there."""

    blog = models.ForeignKey("blogs.Blog", on_delete=models.CASCADE, related_name="source_uses")
    source = models.ForeignKey(FeedSource, on_delete=models.CASCADE, related_name="uses")
    mode = models.CharField(_("what to do"), max_length=7, choices=Mode, default=Mode.DRAFT)
    grouping = models.CharField(_("how"), max_length=5, choices=Grouping, default=Grouping.ISSUE)
    start = models.CharField(_("to begin with"), max_length=7, choices=Start, default=Start.LATEST)
    note = models.CharField(
        _("own note"), max_length=500, blank=True, help_text=_("A line of yours at the top of every post made from it.")
    )
    is_paused = models.BooleanField(_("paused here"), default=False)
    begun_at = models.DateTimeField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = SourceUseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blog", "source"], name="source_once_in_a_blog")]

    def __str__(self) -> str:
        return f"{self.source} → {self.blog}"

    def get_absolute_url(self) -> str:
        blog = self.blog
        return reverse("blogs:source-show", args=[blog.community.slug, blog.slug, self.pk])


class Entry(models.Model):
    """What a source said once, in plain text; kept so that it is known when it comes again."""

    source = models.ForeignKey(FeedSource, on_delete=models.CASCADE, related_name="entries")
    title = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=1000, blank=True)
    guid = models.CharField(max_length=1000, blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True)
    doi_is_sure = models.BooleanField(default=False)
    journal = models.CharField(max_length=200, blank=True)
    volume = models.CharField(max_length=40, blank=True)
    number = models.CharField(max_length=40, blank=True)
    pages = models.CharField(max_length=40, blank=True)
    authors = models.JSONField(default=list)
    abstract = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("entries")
        indexes = [models.Index(fields=["source", "seen_at"])]

    def __str__(self) -> str:
        return self.title or self.url

    def as_read(self) -> FeedEntry:
        """Give it in the shape in which it was read."""
        return FeedEntry(
            title=self.title,
            url=self.url,
            guid=self.guid,
            doi=self.doi,
            doi_is_sure=self.doi_is_sure,
            journal=self.journal,
            volume=self.volume,
            number=self.number,
            pages=self.pages,
            authors=tuple(self.authors),
            abstract=self.abstract,
            published_at=self.published_at,
        )


class EntryIdentity(models.Model):
    """One of the ways in which an entry is known again; see blogs.recognising."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="identities")
    source = models.ForeignKey(FeedSource, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=15)
    digest = models.CharField(max_length=40)

    class Meta:
        verbose_name_plural = _("entry identities")
        constraints = [models.UniqueConstraint(fields=["source", "digest"], name="identity_once_in_a_source")]
        indexes = [models.Index(fields=["digest"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest}"


class UseState(models.TextChoices):
    """What became of an entry in a blog."""

    WAITING = "waiting", _("waits to become a post")
    POSTED = "posted", _("is in a post")
    LEFT_OUT = "left-out", _("was left out")


class Reason(models.TextChoices):
    """Why an entry was left out."""

    EARLIER = "earlier", _("it was in the feed before this blog began to use it")
    DOUBLE = "double", _("this blog has it from another source")


class EntryUse(models.Model):
    """An entry in a blog and the post it became there; one row for each, so that nothing is posted twice."""

    use = models.ForeignKey(SourceUse, null=True, on_delete=models.SET_NULL, related_name="entry_uses")
    blog = models.ForeignKey("blogs.Blog", on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="uses")
    state = models.CharField(max_length=8, choices=UseState, default=UseState.WAITING)
    reason = models.CharField(max_length=7, choices=Reason, blank=True)
    post = models.ForeignKey("blogs.Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="entry_uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blog", "entry"], name="entry_once_in_a_blog")]
        indexes = [models.Index(fields=["use", "state"])]

    def __str__(self) -> str:
        return f"{self.entry}: {self.get_state_display()}"


class CollectedPost(models.Model):
    """A post that was made from a source, what was written into it, and what is still to be done with it."""

    post = models.OneToOneField("blogs.Post", primary_key=True, on_delete=models.CASCADE, related_name="collected")
    use = models.ForeignKey(SourceUse, null=True, on_delete=models.SET_NULL, related_name="posts")
    group = models.CharField(max_length=300, blank=True)
    body_as_made = models.TextField(blank=True)
    is_to_write = models.BooleanField(default=True)
    is_to_publish = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["use", "group"])]

    def __str__(self) -> str:
        return str(self.post)
