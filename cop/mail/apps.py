from django.apps import AppConfig
from django.core import checks


class MailConfig(AppConfig):
    name = "cop.mail"
    label = "mail"

    def ready(self) -> None:
        from cop.mail.checks import check_relay

        checks.register(check_relay)
