from django.apps import AppConfig
from django.core.checks import Tags, register

from cop.base.checks import check_deployment


class BaseConfig(AppConfig):
    name = "cop.base"
    label = "base"

    def ready(self) -> None:
        register(check_deployment, Tags.security, deploy=True)
