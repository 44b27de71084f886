from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from cop.agreements import places
        from cop.mail import gates, routes
        from cop.moderation import flag_cases
        from cop.notifications import followables, reader_data, sections
        from cop.privacy import retention
        from cop.search import searchables
        from events import (
            answering_by_mail,
            beat_lines,
            erasing,
            exported,
            finding,
            flaggables,
            following,
            forgetting,
            letting_go,
            mailing,
            placing,
        )
        from members import carrying_out, closing_account, exporting, joining

        closing_account.parts.register("events", forgetting.forget)
        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        reader_data.held.register("events", erasing.READERS)
        closing_account.holdings.register("events", erasing.held)
        retention.rules.register_all(letting_go.RULES)
        joining.leavings.register("events", forgetting.leave)
        followables.register(following.KIND, following.find_events)
        searchables.register(following.KIND, finding.EVENTS)
        routes.register(answering_by_mail.PURPOSE, answering_by_mail.take, takes_automatic=True)
        gates.register(mailing.GATE, mailing.kept_back)
        sections.register("events", beat_lines.EVENTS)
        sections.register("dates", beat_lines.DATES)
        places.register(following.KIND, placing.find_event)
        flag_cases.register("event", flaggables.EVENTS)
