"""Who is asking is found by one statement, which knows the same roles as the tables."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from members.audiences import roles_of
from members.models import MembershipState
from members.recognising import AccountBackend
from members.roles import Role
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_user_comes_with_the_roles_of_active_memberships(django_assert_num_queries):
    user = UserFactory()
    member = MembershipFactory(user=user)
    facilitator = MembershipFactory(user=user, role=Role.FACILITATOR)
    MembershipFactory(user=user, state=MembershipState.LEFT)
    with django_assert_num_queries(1):
        found = AccountBackend().get_user(user.pk)
        assert roles_of(found) == {member.community_id: "member", facilitator.community_id: "facilitator"}


def test_a_user_without_memberships_has_no_roles(django_assert_num_queries):
    user = UserFactory()
    with django_assert_num_queries(1):
        assert roles_of(AccountBackend().get_user(user.pk)) == {}


def test_a_closed_account_is_nobody():
    assert AccountBackend().get_user(UserFactory(is_active=False).pk) is None
    assert AccountBackend().get_user(0) is None


def test_a_session_ends_when_its_time_is_over(client):
    client.force_login(UserFactory())
    assert client.get("/").wsgi_request.user.is_authenticated
    Session.objects.update(expire_date=timezone.now())
    assert not client.get("/").wsgi_request.user.is_authenticated


def test_the_keys_of_an_unknown_session_start_a_new_one(client):
    client.cookies["sessionid"] = "x" * 32
    assert client.get("/").status_code == 200
