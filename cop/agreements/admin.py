"""What site staff see of commitments."""

from django.contrib import admin

from cop.agreements.models import Commitment


@admin.register(Commitment)
class CommitmentAdmin(admin.ModelAdmin[Commitment]):
    list_display = ("text", "person", "community", "state", "due_on")
    list_filter = ("state",)
    search_fields = ("text",)
    list_select_related = ("person", "community")
    raw_id_fields = ("community", "person", "asked_by")
    show_full_result_count = False
