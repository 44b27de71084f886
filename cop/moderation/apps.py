from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "cop.moderation"

    def ready(self) -> None:
        from cop.mail import answerables, held
        from cop.moderation import (
            answering_by_mail,
            asking_to_join,
            care_following,
            erasing,
            exported,
            flag_cases,
            held_mails,
            kinds,
            left_to_staff,
            letting_go,
            objecting,
            people,
            sweeping,
            unreachable,
            waiting_here,
        )
        from cop.notifications import digesting, followables, reader_data, waiting
        from cop.privacy import retention
        from members import carrying_out, exporting, logging_standing

        waiting.register("care", waiting_here.CARE)
        waiting.register("left-to-staff", left_to_staff.LEFT)
        waiting.register("told", waiting_here.TOLD)
        kinds.register(objecting.KIND, objecting.OBJECTIONS)
        followables.register(care_following.KIND, care_following.find_care)
        digesting.otherwise.register(care_following.KIND, "cop.moderation.daily")
        kinds.register(asking_to_join.KIND, asking_to_join.REQUESTS)
        held_mails.register()
        sweeping.register(held_mails.KIND, held_mails.MAILS, lambda _at, _after: [])
        held.listeners.register("moderation", held_mails.follow)
        flag_cases.register(people.KIND, people.PEOPLE)
        sweeping.register(unreachable.KIND, unreachable.UNREACHABLE, unreachable.find)
        logging_standing.listeners.register("moderation", people.follow)
        logging_standing.listeners.register(asking_to_join.KIND, asking_to_join.follow)
        answerables.register(answering_by_mail.ABOUT, answering_by_mail.take)
        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        reader_data.held.register("moderation", erasing.READERS)
        retention.rules.register_all(letting_go.RULES)
