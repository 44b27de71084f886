from django.apps import AppConfig
from django.core import checks


class MailConfig(AppConfig):
    name = "cop.mail"
    label = "mail"

    def ready(self) -> None:
        from anymail.signals import inbound, tracking

        from cop.mail import answerables, bouncing, letting_go, own_addresses, provider_doors, routes
        from cop.mail.checks import check_incoming, check_relay
        from cop.privacy import retention

        checks.register(check_relay)
        checks.register(check_incoming)
        inbound.connect(provider_doors.take_inbound, dispatch_uid="take-inbound")
        tracking.connect(provider_doors.take_tracking, dispatch_uid="take-tracking")
        routes.register(own_addresses.REPLY, answerables.take_answer)
        retention.rules.register_all(letting_go.RULES)
        routes.register(bouncing.PURPOSE, bouncing.take, takes_automatic=True)
