from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "cop.files"
    label = "files"

    def ready(self) -> None:
        from cop.files import exported
        from members import exporting

        exporting.parts.register_all(exported.PARTS)
