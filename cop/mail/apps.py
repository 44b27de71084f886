from django.apps import AppConfig
from django.core import checks


class MailConfig(AppConfig):
    name = "cop.mail"
    label = "mail"

    def ready(self) -> None:
        from cop.mail import answerables, bouncing, routes
        from cop.mail.checks import check_incoming, check_relay

        checks.register(check_relay)
        checks.register(check_incoming)
        routes.register(answerables.PURPOSE, answerables.take_answer)
        routes.register(bouncing.PURPOSE, bouncing.take, takes_automatic=True)
