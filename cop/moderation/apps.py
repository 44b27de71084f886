from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "cop.moderation"

    def ready(self) -> None:
        from cop.moderation import waiting_here
        from cop.notifications import waiting

        waiting.register("care", waiting_here.CARE)
