from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        from cop.mail import answerables
        from members import answering_invitations, inviting

        answerables.register(inviting.ANSWERED, answering_invitations.take)
