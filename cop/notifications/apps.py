from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "cop.notifications"
    label = "notifications"
