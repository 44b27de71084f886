"""The administration: each of its lists and forms opens, shows no secret, and says who looked at whom."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from cop.privacy.models import PersonRecord, What
from tests.factories import ForumFactory, UserFactory, topic_of

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


@pytest.fixture
def as_superuser(signed_in, db) -> Client:
    return signed_in(UserFactory(is_staff=True, is_superuser=True))


def address_of(page: str, row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk])


def session_of(user) -> UserSession:
    browser = Client()
    browser.force_login(user)
    key = browser.session.session_key
    UserSession.objects.filter(session_key=key).delete()
    return UserSession.objects.create(user=user, session_key=key, ip="192.0.2.1", user_agent="A browser")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_each_list_and_form_opens(as_superuser, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    listed = as_superuser.get(reverse(f"{name}_changelist"), {"q": "somebody"})
    assert listed.status_code == 200
    if admin.site._registry[model].has_add_permission(listed.wsgi_request):
        assert as_superuser.get(reverse(f"{name}_add")).status_code == 200


def test_a_second_step_is_not_looked_into_and_can_be_taken_away(as_superuser, member):
    TOTP.activate(member, "A SECRET OF THE APP")
    row = Authenticator.objects.get()
    page = as_superuser.get(address_of("change", row)).content.decode()
    assert str(member) in page and "A SECRET OF THE APP" not in page
    as_superuser.post(address_of("delete", row), {"post": "yes"})
    assert not Authenticator.objects.exists()
    said = PersonRecord.objects.order_by("pk").values_list("what", "about")
    assert list(said) == [(What.SAW_ACCOUNT, member.pk), (What.CHANGED_ACCOUNT, member.pk)]


def test_a_session_s_key_is_not_shown_and_deleting_it_signs_out_there(as_superuser, member):
    row = session_of(member)
    assert row.session_key not in as_superuser.get(address_of("change", row)).content.decode()
    as_superuser.post(address_of("delete", row), {"post": "yes"})
    assert not UserSession.objects.filter(pk=row.pk).exists()
    assert not Session.objects.filter(session_key=row.session_key).exists()
    assert PersonRecord.objects.latest("pk").what == What.CHANGED_ACCOUNT


def test_several_are_signed_out_at_once_and_each_is_written_down(as_superuser, member, sponsor):
    rows = [session_of(member), session_of(sponsor)]
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    as_superuser.post(reverse("admin:usersessions_usersession_changelist"), chosen)
    assert not UserSession.objects.filter(pk__in=[row.pk for row in rows]).exists()
    assert set(PersonRecord.objects.values_list("about", flat=True)) == {member.pk, sponsor.pk}


def test_who_looks_at_an_address_a_membership_or_an_account_elsewhere_is_written_down(as_superuser, community, member):
    address = EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    membership = community.memberships.get(user=member)
    for row in (address, membership):
        assert as_superuser.get(address_of("change", row)).status_code == 200
        assert PersonRecord.objects.get().about == member
        PersonRecord.objects.all()._raw_delete("default")


def test_accounts_are_not_deleted_but_closed_and_only_where_nobody_is_left_without_a_facilitator(
    as_superuser, community, facilitator, member
):
    topic = topic_of(ForumFactory(community=community), by=member, title="Offprints")
    assert as_superuser.get(address_of("delete", member)).status_code == 403
    chosen = {"action": "close_accounts", "_selected_action": [member.pk, facilitator.pk]}
    page = as_superuser.post(reverse("admin:members_user_changelist"), chosen, follow=True).content.decode()
    assert f"told by mail: {member.email}" in page and "Hand your communities over first" in page
    for user in (member, facilitator):
        user.refresh_from_db()
    assert (member.is_active, facilitator.is_active) == (False, True)
    assert member.display_name == "a former member" and type(topic).objects.filter(pk=topic.pk).exists()
    assert PersonRecord.objects.get().about == member
    again = as_superuser.post(reverse("admin:members_user_changelist"), chosen, follow=True).content.decode()
    assert f"switched off before: {member.email}" in again and PersonRecord.objects.count() == 1


def test_addresses_are_not_confirmed_by_the_dozen_where_nothing_is_written_down(as_superuser, member):
    address = EmailAddress.objects.create(user=member, email=member.email)
    chosen = {"action": "make_verified", "_selected_action": [address.pk]}
    as_superuser.post(reverse("admin:account_emailaddress_changelist"), chosen)
    assert not EmailAddress.objects.get().verified
