from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "cop.home"
    label = "home"

    def ready(self) -> None:
        from cop.home import letting_go
        from cop.privacy import retention

        retention.register_all(letting_go.RULES)
