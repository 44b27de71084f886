from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "cop.letters"
    label = "letters"

    def ready(self) -> None:
        from cop.letters import answering_by_mail, flagging, keeping, sending
        from cop.mail import answerables
        from cop.moderation import flag_cases
        from cop.notifications import waiting
        from members import carrying_out, exporting

        answerables.register(sending.ABOUT, answering_by_mail.take)
        flag_cases.register(flagging.KIND, flagging.LETTERS)
        waiting.register("letters", keeping.UNREAD)
        exporting.parts.register("letters", keeping.exported)
        carrying_out.steps.register_all(keeping.STEPS)
