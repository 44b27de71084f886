"""Blogs and their posts, what was written before, and what is being typed."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from blogs import held_models, quoted_models, sources  # noqa: F401 — Django finds their models here
from cop.base.models import Dated
from cop.files.models import File
from cop.markup.fields import HtmlField
from discussions.models import Topic
from members.audiences import Audience, Reader, facilitated_by, readable_by, roles_of
from members.fields import validate_slug
from members.models import Community


class Writers(models.TextChoices):
    """Who may write in a blog."""

    FACILITATORS = "facilitators", _("Facilitators")
    MEMBERS = "members", _("All members")


class BlogQuerySet(models.QuerySet["Blog"]):
    """Questions about blogs."""

    def visible_to(self, user: Reader) -> "BlogQuerySet":
        """Those whose audience `user` belongs to."""
        return self.filter(readable_by(user))


class Blog(Dated):
    """A series of posts of a community, for an audience of its own."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="blogs")
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=50, validators=[validate_slug])
    description = models.TextField(_("description"), max_length=1000, blank=True, help_text=_("What it is about."))
    audience = models.CharField(_("who may read it"), max_length=12, choices=Audience, default=Audience.PUBLIC)
    writers = models.CharField(_("who may write"), max_length=12, choices=Writers, default=Writers.FACILITATORS)
    has_comments = models.BooleanField(
        _("members comment on posts"), default=True, help_text=_("Whoever may read the post reads the comments.")
    )

    objects = BlogQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["community", "slug"], name="blog_slug_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("blogs:blog", args=[self.community.slug, self.slug])

    @property
    def is_public(self) -> bool:
        """Whether everybody on the web may read it."""
        return self.audience == Audience.PUBLIC


class PostState(models.TextChoices):
    """Where a post is in its life."""

    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Scheduled")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


READING = (
    "title", "slug", "body_html", "excerpt", "state", "publish_at", "published_at", "version", "updated_at",
    "author", "cover", "topic__title", "topic__audience", "topic__reply_count", "topic__updated_at", "topic__slug",
    "topic__hidden_at", "topic__deleted_at", "topic__locked_at", "topic__community", "topic__merged_into",
    "blog__has_comments", "blog__name", "blog__slug", "blog__audience", "blog__writers", "blog__updated_at",
    "blog__community__name", "blog__community__slug", "blog__community__accent", "blog__community__tools",
    "blog__community__logo", "blog__community__archived_at", "blog__community__updated_at",
)  # fmt: skip


class PostQuerySet(models.QuerySet["Post"]):
    """Questions about posts."""

    def published(self) -> "PostQuerySet":
        """Those that their audience can read."""
        return self.filter(state=PostState.PUBLISHED)

    def published_to(self, user: Reader) -> "PostQuerySet":
        """What the reader's audiences have published: less than `visible_to`, and found more quickly."""
        readable = readable_by(user, audience="blog__audience", community="blog__community")
        return self.filter(readable, state=PostState.PUBLISHED)

    def visible_to(self, user: Reader) -> "PostQuerySet":
        """What the reader's audiences have published; the rest for its author, facilitators, whom it is shared with."""
        if not user.is_authenticated:
            return self.published_to(user)
        readable = readable_by(user, audience="blog__audience", community="blog__community")
        if user.is_staff:
            return self.all()
        unfinished = Q(author=user.pk)
        if facilitated := facilitated_by(user):
            unfinished |= Q(blog__community__in=facilitated)
        if belonging := list(roles_of(user)):
            shared = Exists(DraftShare.objects.filter(post=OuterRef("pk"), user=user.pk))
            unfinished |= Q(shared, blog__community__in=belonging)
        return self.filter(readable & (Q(state=PostState.PUBLISHED) | unfinished))

    def due(self, at: datetime) -> "PostQuerySet":
        """Those scheduled for a moment that has come."""
        return self.filter(state=PostState.SCHEDULED, publish_at__lte=at)

    def with_authors(self) -> "PostQuerySet":
        """With what a list shows of each, in the same query."""
        return self.select_related("author", "blog__community", "cover")

    def for_reading(self) -> "PostQuerySet":
        """With what a post's own page asks each time; author and cover are in parts of the page that are kept."""
        return self.select_related("blog__community", "topic").only(*READING)

    def with_tags(self) -> "PostQuerySet":
        """With the tags of all of them in one more query."""
        return self.prefetch_related("tags")  # type: ignore[misc]  # taggit's manager is unknown to it

    def without_bodies(self) -> "PostQuerySet":
        """Without the long columns, for lists."""
        return self.defer("body", "body_html")


class Post(Dated):
    """Something written for a blog: Markdown, and beside it what it became."""

    blog = models.ForeignKey(Blog, on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="posts")
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(max_length=80, allow_unicode=False, blank=True)
    body = models.TextField(_("text"))
    body_html = HtmlField()
    text = models.TextField()
    markup_version = models.PositiveSmallIntegerField(default=0)
    excerpt = models.CharField(
        _("excerpt"), max_length=400, blank=True, help_text=_("Shown in lists; the start of the text if left empty.")
    )
    cover = models.ForeignKey(File, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=PostState, default=PostState.DRAFT)
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    # Counts every saved change: who saves over a version that is no longer the newest sees what changed instead.
    version = models.PositiveIntegerField(default=0)
    # The version that may be published without being looked at once more.
    vetted_version = models.PositiveIntegerField(null=True, blank=True)
    tags = TaggableManager(_("tags"), blank=True)
    # Holds the comments, from the first one on.
    topic = models.OneToOneField(Topic, null=True, blank=True, on_delete=models.SET_NULL, related_name="post")

    objects = PostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=PostState.PUBLISHED) | Q(published_at__isnull=False), name="published_post_has_date"
            ),
            models.CheckConstraint(
                condition=~Q(state=PostState.SCHEDULED) | Q(publish_at__isnull=False), name="scheduled_post_has_date"
            ),
        ]
        indexes = [
            models.Index(fields=["blog", "state", "published_at", "id"], name="post_by_blog"),
            models.Index(fields=["publish_at"], name="post_scheduled", condition=Q(state="scheduled")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.blog.get_absolute_url()}{self.path}"

    @property
    def path(self) -> str:
        """The part of its address below its blog's."""
        return f"{self.pk}/p/{self.slug or 'post'}/"

    @property
    def is_published(self) -> bool:
        """Whether it can be read by its blog's audience."""
        return self.state == PostState.PUBLISHED

    @property
    def summary(self) -> str:
        """What lists and mails show of it."""
        return self.excerpt or self.text[:400]


class PostRevision(models.Model):
    """A post as it was saved once."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "version"], name="post_revision_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class PostDraft(models.Model):
    """What somebody is typing, saved while typing: a new post of a blog, or changes to a post."""

    blog = models.ForeignKey(Blog, on_delete=models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "by"], condition=Q(post__isnull=False), name="draft_of_post_once"),
            models.UniqueConstraint(fields=["blog", "by"], condition=Q(post=None), name="draft_of_blog_once"),
        ]

    def __str__(self) -> str:
        return str(self.fields.get("title", ""))


class DraftShare(models.Model):
    """A member who was asked to look at a draft."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="draft_share_once")]

    def __str__(self) -> str:
        return f"{self.post} → {self.user}"


class FeedKey(models.Model):
    """The secret in the addresses under which one user's feed reader fetches what is not public."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=43, unique=True)

    def __str__(self) -> str:
        return str(self.user)
