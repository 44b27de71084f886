from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "cop.files"
    label = "files"

    def ready(self) -> None:
        from cop.files import erasing, exported
        from members import carrying_out, closing_account, exporting

        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        closing_account.holdings.register("files", erasing.held)
