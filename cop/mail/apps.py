from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "cop.mail"
    label = "mail"
