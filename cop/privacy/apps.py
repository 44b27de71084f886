from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "cop.privacy"
    label = "privacy"

    def ready(self) -> None:
        from cop.privacy import recording, retention

        retention.rules.register(
            "records", retention.Rule(_("The log of looks at and changes to persons"), recording.forget)
        )
        retention.rules.register(
            "cleanings", retention.Rule(_("This log of what was deleted"), retention.forget_cleanings)
        )
