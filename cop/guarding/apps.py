from django.apps import AppConfig


class GuardingConfig(AppConfig):
    name = "cop.guarding"

    def ready(self) -> None:
        from cop.guarding import likeness
        from cop.privacy import retention
        from members import closing_account

        retention.rules.register_all(likeness.RULES)
        closing_account.parts.register("marks", likeness.forget)
