from django.apps import AppConfig
from django.db.models.signals import post_save


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        from allauth.account.signals import authentication_step_completed
        from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

        from cop.mail import answerables
        from cop.privacy import retention
        from members import (
            answering_invitations,
            blocking,
            carrying_out,
            closing_account,
            erasing,
            exported,
            exporting,
            finding_words,
            inviting,
            letting_go,
            logging_sign_ins,
            renewing_sessions,
        )
        from members.models import User

        user_logged_in.connect(renewing_sessions.begin, dispatch_uid="begin-session")
        authentication_step_completed.connect(renewing_sessions.renew, dispatch_uid="renew-session")
        user_logged_in.connect(logging_sign_ins.signed_in, dispatch_uid="log-signed-in")
        user_logged_out.connect(logging_sign_ins.signed_out, dispatch_uid="log-signed-out")
        user_login_failed.connect(logging_sign_ins.refused, dispatch_uid="log-refused")
        # Accounts are made in many ways (forms, providers, commands): each must be found by its name.
        post_save.connect(finding_words.follow_user, sender=User, dispatch_uid="members.finding_words")
        closing_account.parts.register("blocks", blocking.forget)
        retention.rules.register_all(letting_go.RULES)
        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        answerables.register(inviting.ANSWERED, answering_invitations.take)
