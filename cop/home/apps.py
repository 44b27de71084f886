from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "cop.home"
    label = "home"

    def ready(self) -> None:
        from cop.home import answering_by_mail, letting_go
        from cop.home.setting_up import ANSWERED
        from cop.mail import answerables
        from cop.privacy import retention

        retention.register_all(letting_go.RULES)
        answerables.register(ANSWERED, answering_by_mail.take)
