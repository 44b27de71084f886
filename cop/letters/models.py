"""Conversations of two, and the letters they are made of."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Left
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from cop.markup.fields import HtmlField
from members.audiences import Reader
from members.models import Community, User

if TYPE_CHECKING:
    from cop.letters.models import Conversation as Talk  # noqa: F401 - named in strings
    from cop.letters.models import Letter as Row  # noqa: F401


# As much of a letter as its line in a list shows.
LAST_WORDS = 160


class LetterPolicy(Dated):
    """Whether the members of a community write to each other; a community without a row does not let them."""

    community = models.OneToOneField(Community, primary_key=True, on_delete=models.CASCADE, related_name="+")
    is_on = models.BooleanField(
        _("members can write to each other"),
        default=False,
        help_text=_("In private: nobody else reads it, facilitators neither, unless one of the two flags a letter."),
    )

    def __str__(self) -> str:
        return f"{self.community_id}: {self.is_on}"


class ConversationQuerySet(models.QuerySet["Talk"]):
    """Questions about conversations."""

    def visible_to(self, user: Reader) -> "ConversationQuerySet":
        """One's own, and nobody else's: not those of the communities one facilitates, and not for site staff."""
        if not user.is_authenticated:
            return self.none()
        # What only somebody wrote whose letters do not arrive is nothing that arrived.
        arrived = Letter.objects.filter(conversation=OuterRef("pk")).visible_to(user)
        return self.filter(Exists(arrived), Q(first=user.pk) | Q(second=user.pk))

    def with_last_words(self, user: User) -> "ConversationQuerySet":
        """Add the newest letter that somebody may read: its text as `last_words`, and whose it is as `last_by`."""
        letters = Letter.objects.filter(conversation=OuterRef("pk"), hidden_at=None).visible_to(user).order_by("-pk")
        text = letters.annotate(start=Left("text", LAST_WORDS)).values("start")[:1]
        return self.annotate(last_words=Subquery(text), last_by=Subquery(letters.values("author")[:1]))

    def unread_by(self, user: User) -> "ConversationQuerySet":
        """Those that hold a letter that somebody has not seen."""
        new = Letter.objects.filter(conversation=OuterRef("pk"), is_kept_back=False).exclude(author=user)
        as_first = Q(Exists(new.filter(pk__gt=OuterRef("first_read_up_to"))), first=user)
        as_second = Q(Exists(new.filter(pk__gt=OuterRef("second_read_up_to"))), second=user)
        return self.filter(as_first | as_second)


class Conversation(Dated):
    """What two people write to each other in a community; `first` is who has the smaller number."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="+")
    first = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    last_at = models.DateTimeField(default=timezone.now)
    first_read_up_to = models.BigIntegerField(default=0)
    second_read_up_to = models.BigIntegerField(default=0)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["community", "first", "second"], name="conversation_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="conversation_of_two"),
        ]
        indexes = [
            models.Index(fields=["first", "last_at", "id"], name="conversation_of_first"),
            models.Index(fields=["second", "last_at", "id"], name="conversation_of_second"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} · {self.second_id}"

    def get_absolute_url(self) -> str:
        return reverse("letters:conversation", args=[self.pk])

    def other_than(self, user: User) -> User:
        """Give whom `user` talks with."""
        return self.second if self.first_id == user.pk else self.first


class LetterQuerySet(models.QuerySet["Row"]):
    """Questions about letters."""

    def visible_to(self, user: Reader) -> "LetterQuerySet":
        """Those of one's own conversations, without what was kept back from one."""
        if not user.is_authenticated:
            return self.none()
        own = Q(conversation__first=user.pk) | Q(conversation__second=user.pk)
        return self.filter(own, Q(is_kept_back=False) | Q(author=user.pk))


class Letter(models.Model):
    """One message of a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="letters")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    body = models.TextField(_("text"))
    body_html = HtmlField()
    text = models.TextField()
    sent_at = models.DateTimeField(default=timezone.now)
    # Whoever it was to had blocked its author, who is not told.
    is_kept_back = models.BooleanField(default=False)
    hidden_at = models.DateTimeField(null=True, blank=True)
    form_key = models.CharField(max_length=43, null=True, blank=True)  # noqa: DJ001 — null so that it can be unique

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["author", "form_key"], name="letter_form_once", condition=Q(form_key__isnull=False)
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "id"], name="letter_by_conversation"),
            models.Index(fields=["author", "sent_at"], name="letter_by_author"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return f"{reverse('letters:conversation', args=[self.conversation_id])}#l{self.pk}"


def is_on_in(community: Community) -> bool:
    """Whether the members of a community write to each other."""
    return LetterPolicy.objects.filter(community=community, is_on=True).exists()
