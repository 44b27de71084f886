from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cop.notifications.models import Activity, Subscriber, Subscription, SubscriptionEvent
from cop.privacy.admin import Recorded


class SubscriptionInline(admin.TabularInline[Subscription, Subscriber]):
    """What an address follows, to look at: changing it goes by its own pages, which keep the log."""

    model = Subscription
    fields = ("thing_kind", "thing_id", "state", "pace", "asked_at", "confirmed_at", "left_at", "consent_how")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


class EventInline(admin.TabularInline[SubscriptionEvent, Subscriber]):
    """What an address agreed to, when, in which words and from where."""

    model = SubscriptionEvent
    fields = ("at", "what", "detail", "words", "network", "by")
    readonly_fields = fields
    ordering = ("-at",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Subscriber)
class SubscriberAdmin(Recorded):
    """An address, for whoever answers its owner's questions; its deletion forgets it altogether."""

    list_display = ("address", "user", "suppressed_at", "unreachable_at", "failure")
    search_fields = ("address",)
    fields = ("address", "user", "timezone", "language", "paused_until", "suppressed_at", "unreachable_at", "failure")
    readonly_fields = ("address", "user", "failure")
    inlines = [SubscriptionInline, EventInline]
    show_full_result_count = False

    def person_of(self, row: Any) -> dict[str, Any]:
        return {"address": row.address}


@admin.register(Activity)
class ActivityAdmin(admin.ModelAdmin[Activity]):
    """The story, to look at."""

    list_display = ("at", "verb", "title", "community", "audience", "withdrawn_at")
    list_select_related = ("community",)
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Activity | None = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(SubscriptionEvent)
class SubscriptionEventAdmin(Recorded):
    """The log, to look at."""

    list_display = ("at", "subscriber", "what", "detail")
    list_select_related = ("subscriber",)
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: SubscriptionEvent | None = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def person_of(self, row: Any) -> dict[str, Any]:
        return {"address": row.subscriber.address}
