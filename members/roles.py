"""The jobs that there are in a community."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A job in a community, not a rank."""

    MEMBER = "member", _("Member")
    FACILITATOR = "facilitator", _("Facilitator")
    SPONSOR = "sponsor", _("Sponsor")
