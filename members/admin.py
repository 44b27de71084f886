"""What site staff see of people and communities."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cop.privacy.admin import Recorded
from members.invitation_models import Invitation
from members.models import Community, Membership, Organisation, User


@admin.register(User)
class UserAdmin(Recorded):
    list_display = ("email", "display_name", "organisation", "is_active", "is_staff")
    search_fields = ("email", "display_name")
    autocomplete_fields = ("organisation",)
    exclude = ("password", "groups", "user_permissions")
    readonly_fields = ("last_login",)
    show_full_result_count = False


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin[Organisation]):
    search_fields = ("name",)


@admin.register(Community)
class CommunityAdmin(admin.ModelAdmin[Community]):
    list_display = ("name", "slug", "audience", "join_rule", "archived_at")
    search_fields = ("name", "slug")


class ChangedElsewhere(admin.ModelAdmin[Any]):
    """Rows that are made and changed on pages of their own, where the rules hold and the log is written."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Membership)
class MembershipAdmin(ChangedElsewhere):
    list_display = ("user", "community", "role", "state")
    list_filter = ("role", "state")
    list_select_related = ("user", "community")
    show_full_result_count = False


@admin.register(Invitation)
class InvitationAdmin(ChangedElsewhere):
    list_display = ("email", "community", "role", "expires_at")
    exclude = ("token",)
    show_full_result_count = False
