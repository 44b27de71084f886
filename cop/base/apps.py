from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "cop.base"
    label = "base"
