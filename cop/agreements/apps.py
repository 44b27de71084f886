from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "cop.agreements"

    def ready(self) -> None:
        from cop.agreements import beat_lines, finding
        from cop.notifications import sections
        from cop.search import searchables

        sections.register("commitments", beat_lines.COMMITMENTS)
        sections.register("proposals", beat_lines.PROPOSALS)
        searchables.register(finding.KIND, finding.PROPOSALS)
