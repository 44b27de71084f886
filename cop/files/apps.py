from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "cop.files"
    label = "files"
