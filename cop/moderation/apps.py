from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "cop.moderation"

    def ready(self) -> None:
        from cop.mail import answerables
        from cop.moderation import answering_by_mail, care_following, waiting_here
        from cop.notifications import followables, waiting

        waiting.register("care", waiting_here.CARE)
        followables.register(care_following.KIND, care_following.find_care)
        answerables.register(answering_by_mail.ABOUT, answering_by_mail.take)
