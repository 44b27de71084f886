from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "cop.home"
    label = "home"

    def ready(self) -> None:
        from cop.home import (
            answering_by_mail,
            erasing,
            exported,
            late_hand_overs,
            letting_go,
            named_in_texts,
            staff_waiting,
        )
        from cop.home.setting_up import ANSWERED
        from cop.mail import answerables
        from cop.moderation import kinds, sweeping
        from cop.notifications import waiting
        from cop.privacy import retention
        from members import carrying_out, closing_account, exporting

        answerables.register(ANSWERED, answering_by_mail.take)
        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        waiting.register("sign-ups", staff_waiting.SIGN_UPS)
        retention.rules.register_all(letting_go.RULES)
        closing_account.namings.register("texts", named_in_texts.named)
        carrying_out.steps.register_all(named_in_texts.STEPS)
        retention.rules.register_all(named_in_texts.RULES)
        kinds.register(named_in_texts.KIND, named_in_texts.NAMED)
        sweeping.register(late_hand_overs.KIND, late_hand_overs.HAND_OVERS, late_hand_overs.find)
