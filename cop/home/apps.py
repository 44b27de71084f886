from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "cop.home"
    label = "home"

    def ready(self) -> None:
        from cop.home import answering_by_mail, erasing, exported, late_hand_overs, letting_go, staff_waiting
        from cop.home.setting_up import ANSWERED
        from cop.mail import answerables
        from cop.moderation import sweeping
        from cop.notifications import waiting
        from cop.privacy import retention
        from members import carrying_out, exporting

        answerables.register(ANSWERED, answering_by_mail.take)
        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        waiting.register("sign-ups", staff_waiting.SIGN_UPS)
        retention.rules.register_all(letting_go.RULES)
        sweeping.register(late_hand_overs.KIND, late_hand_overs.HAND_OVERS, late_hand_overs.find)
