"""What site staff see of people and communities."""

from typing import Any

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.admin import AuthenticatorAdmin
from allauth.mfa.models import Authenticator
from allauth.socialaccount.admin import SocialAccountAdmin
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.admin import UserSessionAdmin
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cop.base.errors import Refused
from cop.privacy import recording
from cop.privacy.admin import Recorded
from cop.privacy.models import What
from members import closing_account
from members.closing_models import Choice
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
    actions = ("close_accounts",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a deleted row would leave behind what closing an account takes away."""
        return False

    @admin.action(
        description=_("Close the accounts of who asked for it: their words stay as “a former member’s”"),
        permissions=["change"],
    )
    def close_accounts(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Close accounts for people who cannot sign in any more, and say of each what came of it."""
        for user in queryset:
            if not user.is_active:
                self.message_user(request, _("Closed or switched off before: %(email)s.") % {"email": user.email})
                continue
            try:
                with transaction.atomic():
                    closing_account.close(user, choice=Choice.HIDE)
                    recording.record(What.CHANGED_ACCOUNT, by=request.user, about=user, detail=gettext("closed"))
            except Refused as refusal:
                self.message_user(request, f"{' '.join(refusal.messages)} ({user.email})", messages.ERROR)
            else:
                self.message_user(request, _("Closed, and told by mail: %(email)s.") % {"email": user.email})


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


class OfAPerson(Recorded):
    """Rows that belong to an account: looking at one is looking at a person."""

    def person_of(self, row: Any) -> dict[str, Any]:
        return {"about": row.user}


@admin.register(Membership)
class MembershipAdmin(OfAPerson, ChangedElsewhere):
    list_display = ("user", "community", "role", "state")
    list_filter = ("role", "state")
    list_select_related = ("user", "community")
    show_full_result_count = False


@admin.register(Invitation)
class InvitationAdmin(Recorded, ChangedElsewhere):
    list_display = ("email", "community", "role", "expires_at")
    exclude = ("token",)
    show_full_result_count = False

    def person_of(self, row: Any) -> dict[str, Any]:
        return {"address": row.email}


# allauth's own show secrets (tokens, keys of sessions, what a second step is made of), and write nothing down.
for model in (EmailAddress, Authenticator, SocialAccount, SocialToken, UserSession):
    admin.site.unregister(model)


@admin.register(EmailAddress)
class AddressAdmin(OfAPerson, EmailAddressAdmin):
    """Addresses of accounts. allauth's action that confirms many at once goes: it would not be written down."""

    actions = ()


@admin.register(Authenticator)
class SecondStepAdmin(OfAPerson, ChangedElsewhere, AuthenticatorAdmin):
    """Passkeys, apps and recovery codes: taken away from who lost theirs, and never looked into."""

    exclude = ("data",)


@admin.register(SocialAccount)
class ProviderAccountAdmin(OfAPerson, ChangedElsewhere, SocialAccountAdmin):
    """Whom an organisation's own provider says somebody is."""


@admin.register(UserSession)
class SessionAdmin(OfAPerson, ChangedElsewhere, UserSessionAdmin):
    """Where people are signed in; deleting one signs out there."""

    search_fields = ("user__email", "user__display_name", "ip")
    exclude = ("session_key", "data")

    def delete_model(self, request: HttpRequest, obj: UserSession) -> None:
        self.delete_queryset(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for session in queryset:
                self._record_deletion(request, session)
                session.end()
