from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "cop.agreements"

    def ready(self) -> None:
        from cop.agreements import beat_lines, exported, finding
        from cop.notifications import sections
        from cop.search import searchables
        from members import exporting

        exporting.parts.register_all(exported.PARTS)
        sections.register("commitments", beat_lines.COMMITMENTS)
        sections.register("proposals", beat_lines.PROPOSALS)
        searchables.register(finding.KIND, finding.PROPOSALS)
