"""What a community's facilitators decide about its mail: what newcomers get, the most that anybody gets, a tag."""

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models import Community

if TYPE_CHECKING:
    from cop.notifications.policy_models import MailPolicy as Row  # noqa: F401 - named in strings

PLAIN_TAG = RegexValidator(r"\A[^\[\]\r\n]*\Z", _("Leave the brackets away."))


class Newcomers(models.TextChoices):
    """What a newcomer gets, until they choose otherwise."""

    BEAT = "beat", _("One short mail at each beat")
    DAILY = "daily", _("A round-up once a day, when there is something new")
    WEEKLY = "weekly", _("A round-up once a week, when there is something new")
    MUTED = "muted", _("No mail")


class Most(models.TextChoices):
    """The most that can be chosen."""

    EACH = "each", _("Each message at once")
    DAILY = "daily", _("At most a round-up once a day")


class MailPolicyQuerySet(models.QuerySet["Row"]):
    """Questions about policies."""

    def ceiled(self) -> "MailPolicyQuerySet":
        """Those that let nobody get each message at once."""
        return self.filter(most=Most.DAILY)


class MailPolicy(models.Model):
    """What was decided for one community; without a row the defaults hold."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="mail_policy")
    newcomers = models.CharField(_("what newcomers get"), max_length=8, choices=Newcomers, default=Newcomers.BEAT)
    most = models.CharField(
        _("the most that anybody gets"),
        max_length=8,
        choices=Most,
        default=Most.EACH,
        help_text=_("What is said to somebody in person, and changes of events, still come at once."),
    )
    subject_tag = models.CharField(
        _("tag in subjects"),
        max_length=20,
        blank=True,
        validators=[PLAIN_TAG],
        help_text=_("Stands in brackets before the subject of each topic's mails, for those who sort by it."),
    )

    objects = MailPolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("mail policies")
        indexes = [models.Index(fields=["community"], name="mail_policy_ceiled", condition=Q(most="daily"))]

    def __str__(self) -> str:
        return f"{self.community}"


def policy_of(community_id: int) -> MailPolicy:
    """Give what was decided for a community, or the defaults."""
    return MailPolicy.objects.filter(community=community_id).first() or MailPolicy(community_id=community_id)
