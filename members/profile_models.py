"""What people say about themselves, who sees which part of it, and the words by which the directory finds them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from taggit.models import TaggedItemBase

from cop.base.models import Dated
from cop.markup.fields import HtmlField


class Seen(models.TextChoices):
    """Who sees something that a person says about themselves."""

    EVERYBODY = "everybody", _("Everybody on the web")
    SIGNED_IN = "signed-in", _("Everybody who is signed in")
    SHARING = "sharing", _("People who share a community with me")
    NOBODY = "nobody", _("Nobody but me")


class AskAboutItem(TaggedItemBase):
    """A tag of "ask me about"."""

    content_object = models.ForeignKey("members.Profile", on_delete=models.CASCADE, related_name="+")


class LearningItem(TaggedItemBase):
    """A tag of "I am learning"."""

    content_object = models.ForeignKey("members.Profile", on_delete=models.CASCADE, related_name="+")


class Profile(Dated):
    """What a user says about themselves, and who sees it; nobody needs to have one.

    `found_by_all` and `found_by_sharing` hold what of it the directory finds: what every signed-in reader sees, and
    what those see who share a community. `members.profiling` writes them.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    photo = models.FileField(_("photo"), upload_to="photos/%Y/%m/", blank=True)
    pronunciation = models.CharField(_("how to say the name"), max_length=80, blank=True)
    job = models.CharField(_("job"), max_length=120, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    languages = models.CharField(_("languages"), max_length=200, blank=True)
    about = models.TextField(_("about"), max_length=10_000, blank=True)
    about_html = HtmlField(blank=True)
    links = models.JSONField(_("links"), default=list, blank=True)
    ask_about = TaggableManager(
        _("ask me about"), through=AskAboutItem, blank=True, related_name="profiles_asked_about"
    )
    learning = TaggableManager(_("I am learning"), through=LearningItem, blank=True, related_name="profiles_learning")
    is_glad_to_be_asked = models.BooleanField(_("I am glad to be asked"), default=False)
    is_unlisted = models.BooleanField(_("leave me out of the directories"), default=False)
    known_to = models.CharField(_("who may open this page"), max_length=10, choices=Seen, default=Seen.SHARING)
    seen_by = models.JSONField(default=dict, blank=True)
    found_by_all = models.TextField(blank=True)
    found_by_sharing = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(known_to="nobody"), name="profile_is_known_to_some")]

    def __str__(self) -> str:
        return f"{self.user}"


class PersonWord(models.Model):
    """A word by which the directory finds somebody: every signed-in reader, or those who share a community alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="words")
    # Indexed for its beginning too (Django gives PostgreSQL a second index for that).
    word = models.CharField(max_length=40, db_index=True)
    is_for_all = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "word"], name="person_word_once")]

    def __str__(self) -> str:
        return self.word
