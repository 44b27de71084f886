from django.apps import AppConfig


class MarkupConfig(AppConfig):
    name = "cop.markup"
    label = "markup"
