from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    name = "discussions"

    def ready(self) -> None:
        from cop.agreements import places
        from cop.guarding import signs
        from cop.mail import answerables, routes
        from cop.moderation import flag_cases, kinds, sweeping, things
        from cop.notifications import concerning, followables, reader_data, sections
        from cop.notifications.tag_models import TAG
        from cop.privacy import retention
        from cop.search import searchables
        from discussions import (
            answering_by_mail,
            beat_lines,
            erasing,
            erasing_in_others_words,
            exported,
            finding,
            flaggables,
            following,
            forgetting,
            holding,
            letting_go,
            placing,
            publishing_held,
            speaking_to,
            starting_by_mail,
            vetting,
            waiting_long,
        )
        from members import carrying_out, closing_account, exporting

        closing_account.parts.register("discussions", forgetting.forget)
        exporting.parts.register_all(exported.PARTS)
        # Names in others' words first: whose the quoted messages were is still known then.
        carrying_out.steps.register_all(erasing_in_others_words.STEPS)
        carrying_out.steps.register_all(erasing.STEPS)
        reader_data.held.register("discussions", erasing.READERS)
        closing_account.holdings.register("discussions", erasing.held)
        retention.rules.register_all(letting_go.RULES)
        answerables.register("reply", answering_by_mail.take)
        routes.register(starting_by_mail.FORUM, starting_by_mail.take_to_forum)
        routes.register(starting_by_mail.OWN, starting_by_mail.take_to_own)
        followables.register(following.FORUM, following.find_forums)
        followables.register(following.TOPIC, following.find_topics)
        followables.register(TAG, following.find_tags)
        concerning.register("topic", speaking_to.TOPICS)
        concerning.register("reply", speaking_to.REPLIES)
        concerning.readers.register(following.TOPIC, speaking_to.readers_of_topics)
        searchables.register(finding.TOPIC, finding.TOPICS)
        searchables.register(finding.REPLY, finding.REPLIES)
        things.kinds.register(holding.KIND, publishing_held.TEXTS)
        flag_cases.register("reply", flaggables.REPLIES)
        flag_cases.register("topic", flaggables.TOPICS)
        kinds.register(holding.KIND, publishing_held.HELD)
        signs.register("discussions", vetting.signs_in_topics)
        places.register(following.TOPIC, placing.find_topic)
        sections.register("questions", beat_lines.QUESTIONS)
        sections.register("topics", beat_lines.TOPICS)
        sweeping.register(waiting_long.KIND, waiting_long.QUESTIONS, waiting_long.find)
