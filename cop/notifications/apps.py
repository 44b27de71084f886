from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "cop.notifications"
    label = "notifications"

    def ready(self) -> None:
        from cop.mail import gates, outcomes
        from cop.notifications import bouncing, holding_back

        gates.register("subscriptions", holding_back.kept_back)
        gates.register("by-hand", holding_back.notes_kept_back)
        outcomes.register("subscribers", bouncing.count_failures)
