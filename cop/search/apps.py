from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "cop.search"

    def ready(self) -> None:
        from cop.search import erasing
        from members import carrying_out

        carrying_out.steps.register_all(erasing.STEPS)
