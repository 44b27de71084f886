"""Forums, their topics, and the replies that a topic is made of: the first of them is what it opens with."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager

from cop.base.models import Dated
from cop.markup.fields import HtmlField
from discussions import (
    held_models,  # noqa: F401 — Django finds the models of texts that wait here
    help_models,  # noqa: F401 — and of questions from outside
    mention_models,  # noqa: F401 — Django finds the models of mentions here
)
from discussions.archives import models as archive_models  # noqa: F401 — Django finds the models of archives here
from discussions.paths import PATH_LENGTH, depth_of
from discussions.querysets import ForumQuerySet, ReplyQuerySet, TopicQuerySet
from members.audiences import Audience
from members.fields import validate_slug
from members.models import Community

DEEPEST_SHOWN = 6


class Starters(models.TextChoices):
    """Who may start topics in a forum."""

    MEMBERS = "members", _("All members")
    FACILITATORS = "facilitators", _("Facilitators")


class Forum(Dated):
    """A place for topics of one sort, for an audience of its own."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="forums")
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address"), max_length=50, validators=[validate_slug])
    description = models.TextField(_("description"), max_length=1000, blank=True, help_text=_("What belongs here."))
    audience = models.CharField(_("who may read it"), max_length=12, choices=Audience, default=Audience.COMMUNITY)
    starters = models.CharField(_("who may start topics"), max_length=12, choices=Starters, default=Starters.MEMBERS)
    is_help = models.BooleanField(
        _("outside readers may ask here"),
        default=False,
        help_text=_("Whoever confirms an address can ask a question, and is answered by mail and on the page."),
    )
    position = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ForumQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name")
        constraints = [
            models.UniqueConstraint(fields=["community", "slug"], name="forum_slug_once"),
            models.CheckConstraint(condition=Q(is_help=False) | Q(audience="public"), name="help_forum_is_public"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("discussions:forum", args=[self.community.slug, self.slug])

    @property
    def is_public(self) -> bool:
        """Whether everybody on the web may read it."""
        return self.audience == Audience.PUBLIC

    @property
    def is_archived(self) -> bool:
        """Whether it is kept for reading only."""
        return self.archived_at is not None


class Guest(Dated):
    """Somebody who wrote without an account: in an imported archive, or an outside reader who asked.

    `key` is a keyed hash of the address, which is kept nowhere else and shown to nobody; a user who proves the address
    can claim what the guest wrote.
    """

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="guests")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=64)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="guests"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "key"], name="guest_once")]
        indexes = [models.Index(fields=["key"])]

    def __str__(self) -> str:
        return self.name


class Kind(models.TextChoices):
    """What a topic wants."""

    DISCUSSION = "discussion", _("Discussion")
    QUESTION = "question", _("Question")


class Topic(Dated):
    """A conversation: in a forum, or about something else of the community, as the comments under a post are."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="topics")
    forum = models.ForeignKey(Forum, null=True, blank=True, on_delete=models.CASCADE, related_name="topics")
    # The address of what its replies are comments on, for a topic outside of all forums.
    about_url = models.CharField(max_length=300, blank=True)
    # Its forum's, or that of what it is about: kept here so that one WHERE tells who may read it.
    audience = models.CharField(max_length=12, choices=Audience)
    kind = models.CharField(_("what it is"), max_length=10, choices=Kind, default=Kind.DISCUSSION)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(max_length=80, blank=True)
    starter = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="topics"
    )
    guest = models.ForeignKey(Guest, null=True, blank=True, on_delete=models.SET_NULL, related_name="topics")
    started_at = models.DateTimeField(default=timezone.now)
    pinned_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    # So long everybody but facilitators waits between two replies of theirs.
    slow_minutes = models.PositiveSmallIntegerField(_("minutes between two replies"), null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Counted without the opening message, and without what is deleted.
    reply_count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)
    last_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    same_question_count = models.PositiveIntegerField(default=0)
    summary = models.TextField(_("what we found"), max_length=5000, blank=True)
    summary_html = HtmlField(blank=True)
    summary_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tags = TaggableManager(_("tags"), blank=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["forum", "last_at", "id"], name="topic_by_forum"),
            models.Index(fields=["community", "last_at", "id"], name="topic_by_community"),
            models.Index(
                fields=["community", "started_at", "id"],
                name="topic_unanswered",
                condition=Q(kind="question", answered_at=None, deleted_at=None),
            ),
            models.Index(fields=["forum", "pinned_at"], name="topic_pinned", condition=Q(pinned_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("discussions:topic", args=[self.community.slug, self.pk, self.slug or "topic"])

    @property
    def is_question(self) -> bool:
        """Whether it wants an answer."""
        return self.kind == Kind.QUESTION

    @property
    def is_locked(self) -> bool:
        """Whether nobody but facilitators writes in it."""
        return self.locked_at is not None

    @property
    def starter_name(self) -> str:
        """Whose it is, for a reader."""
        return self.starter.display_name if self.starter else self.guest.name if self.guest else ""


class Via(models.TextChoices):
    """How a reply came in."""

    WEB = "web", _("on the site")
    MAIL = "mail", _("by e-mail")
    ARCHIVE = "archive", _("from an archive")


class Reply(Dated):
    """One message of a topic. `path` is its place in the tree (discussions.paths), `parent` whom it answers.

    Who reads in the order of arrival goes by `id`, in the order of time by (`posted_at`, `id`), in the tree by `path`.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="replies")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    path = models.CharField(max_length=PATH_LENGTH)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="replies"
    )
    guest = models.ForeignKey(Guest, null=True, blank=True, on_delete=models.SET_NULL, related_name="replies")
    body = models.TextField(_("text"))
    body_html = HtmlField()
    text = models.TextField()
    markup_version = models.PositiveSmallIntegerField(default=0)
    # What was cut off a mail: quoted text, signature, footer.
    trimmed = models.TextField(blank=True)
    posted_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    hidden_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    thanks_count = models.PositiveIntegerField(default=0)
    via = models.CharField(max_length=8, choices=Via, default=Via.WEB)
    # Made by the page that held the form: the same form sent twice makes one reply.
    form_key = models.CharField(max_length=43, null=True, blank=True)  # noqa: DJ001 — null so that it can be unique
    message_id = models.CharField(max_length=255, blank=True)
    # When those who follow were told; null while they are still to be.
    told_at = models.DateTimeField(null=True, blank=True)
    # What a page shows of its branch: reading.nest says it.
    below = 0
    ends = 0
    # The address of its author's photo, as far as the reader may see it: reading.put_faces finds it.
    face = ""
    # Whether the reader wrote it so lately that it can be taken back as if it had never been.
    is_fresh = False

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("replies")
        constraints = [
            models.UniqueConstraint(fields=["topic", "path"], name="reply_place_once"),
            models.UniqueConstraint(
                fields=["author", "form_key"], name="reply_form_once", condition=Q(form_key__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["topic", "posted_at", "id"], name="reply_by_time"),
            models.Index(fields=["topic", "id"], name="reply_by_arrival"),
            models.Index(fields=["author", "id"], name="reply_by_author"),
            models.Index(fields=["message_id"], name="reply_message_id", condition=~Q(message_id="")),
            models.Index(fields=["posted_at"], name="reply_untold", condition=Q(told_at=None)),
            models.Index(fields=["topic"], name="reply_accepted", condition=Q(accepted_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("discussions:reply", args=[self.pk])

    @property
    def author_name(self) -> str:
        """Whose it is, for a reader."""
        return self.author.display_name if self.author else self.guest.name if self.guest else ""

    @property
    def is_opening(self) -> bool:
        """Whether the topic opens with it."""
        return self.parent_id is None and self.topic.forum_id is not None

    @property
    def depth(self) -> int:
        """How far a tree indents it, as far as a page does."""
        return min(depth_of(self.path) - 1, DEEPEST_SHOWN)

    @property
    def is_gone(self) -> bool:
        """Whether its words are no longer shown."""
        return self.deleted_at is not None or self.hidden_at is not None


class ReplyRevision(models.Model):
    """A reply as it was before a change."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    body = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "version"], name="reply_revision_once")]

    def __str__(self) -> str:
        return f"{self.reply_id} ({self.version})"


class Thanks(models.Model):
    """Somebody found a reply helpful."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="thanks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = _("thanks")
        constraints = [models.UniqueConstraint(fields=["reply", "user"], name="thanks_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.reply_id}"


class SameQuestion(models.Model):
    """Somebody who has the same question: "me too"."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="same_questions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "user"], name="same_question_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.topic_id}"


class Bookmark(models.Model):
    """A reply that somebody wants to find again, or be reminded of."""

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bookmarks")
    at = models.DateTimeField(default=timezone.now)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "user"], name="bookmark_once")]
        indexes = [
            models.Index(fields=["user", "id"]),
            models.Index(
                fields=["remind_at"],
                name="bookmark_due",
                condition=Q(remind_at__isnull=False, reminded_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.reply_id}"


class ReadMark(models.Model):
    """How far somebody has read a topic: everything that arrived up to a reply, and those that were seen beyond it."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    up_to = models.BigIntegerField(default=0)
    beyond = models.JSONField(default=list)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.topic_id} ≤ {self.up_to}"


class Draft(models.Model):
    """What somebody is typing, saved while typing; `place` says where: "forum:3", "topic:7", "reply:12", "edit:12"."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=40)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by", "place"], name="discussion_draft_once")]

    def __str__(self) -> str:
        return self.place
