from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "cop.agreements"

    def ready(self) -> None:
        from cop.agreements import beat_lines, committing, erasing, exported, finding, keeping_order, proposing
        from cop.moderation import flag_cases
        from cop.notifications import sections
        from cop.search import searchables
        from members import carrying_out, closing_account, exporting

        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        closing_account.holdings.register("agreements", erasing.held)
        sections.register("commitments", beat_lines.COMMITMENTS)
        sections.register("proposals", beat_lines.PROPOSALS)
        searchables.register(finding.KIND, finding.PROPOSALS)
        flag_cases.register(committing.KIND, keeping_order.COMMITMENTS)
        flag_cases.register(proposing.KIND, keeping_order.PROPOSALS)
