"""What site staff see of people and communities."""

from django.contrib import admin

from members.models import Community, Invitation, Membership, Organisation, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
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


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    list_display = ("user", "community", "role", "state")
    list_filter = ("role", "state")
    autocomplete_fields = ("user", "community")
    list_select_related = ("user", "community")
    show_full_result_count = False


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    list_display = ("email", "community", "role", "expires_at")
    autocomplete_fields = ("community", "invited_by")
    exclude = ("token",)
    show_full_result_count = False
