from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "cop.agreements"

    def ready(self) -> None:
        from cop.agreements import beat_lines, erasing, exported, finding
        from cop.notifications import sections
        from cop.search import searchables
        from members import carrying_out, closing_account, exporting

        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        closing_account.holdings.register("agreements", erasing.held)
        sections.register("commitments", beat_lines.COMMITMENTS)
        sections.register("proposals", beat_lines.PROPOSALS)
        searchables.register(finding.KIND, finding.PROPOSALS)
