"""How a community keeps itself in order: its guidelines, and how flags and the log are handled."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cop.base.models import Dated
from members.models import Community


class CarePolicy(Dated):
    """What the facilitators of a community have agreed on. A community without a row has the defaults."""

    community = models.OneToOneField(Community, on_delete=models.CASCADE, related_name="care_policy")
    # Numbered by their order. None as long as the first draft stands.
    points = models.JSONField(null=True, blank=True)
    flags_hide_at = models.PositiveSmallIntegerField(
        _("how many flags hide something"),
        default=3,
        help_text=_("Until a facilitator has looked at it. 0: flags alone hide nothing."),
    )
    is_log_shared = models.BooleanField(
        _("members can read what was done"),
        default=False,
        help_text=_("What was done to which thing and why, without names."),
    )

    class Meta:
        verbose_name_plural = _("care policies")

    def __str__(self) -> str:
        return str(self.community)
