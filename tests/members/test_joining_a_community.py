"""Joining, asking, leaving, roles: and never a community without a facilitator."""

import pytest
from django.urls import reverse

from cop.base.errors import Refused
from members import founding, joining
from members.models import Community, Membership, MembershipState
from members.roles import Role
from tests.factories import MembershipFactory, UserFactory


def press(client, name, community, *args, **data):
    return client.post(reverse(f"members:{name}", args=[community.slug, *args]), data, follow=True)


def test_somebody_signed_in_joins_an_open_community(as_outsider, outsider, community):
    page = press(as_outsider, "community-join", community)
    assert "Welcome" in page.content.decode()
    assert community.memberships.active().filter(user=outsider, role=Role.MEMBER).exists()


def test_pressing_join_twice_makes_one_membership(as_outsider, outsider, community):
    press(as_outsider, "community-join", community)
    page = press(as_outsider, "community-join", community)
    assert page.status_code == 200
    assert community.memberships.filter(user=outsider).count() == 1


def test_a_visitor_who_joins_is_asked_to_sign_in(visitor, community):
    answer = visitor.post(reverse("members:community-join", args=[community.slug]))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


def test_a_get_never_joins(as_outsider, outsider, community):
    answer = as_outsider.get(reverse("members:community-join", args=[community.slug]))
    assert answer.status_code == 405
    assert not community.memberships.filter(user=outsider).exists()


def test_asking_to_join_waits_for_a_facilitator(as_outsider, outsider, as_facilitator, community):
    Community.objects.update(join_rule="request")
    press(as_outsider, "community-ask", community)
    membership = community.memberships.get(user=outsider)
    assert membership.state == MembershipState.REQUESTED
    press(as_facilitator, "requests-answer", community, ids=[membership.pk], what="accept")
    membership.refresh_from_db()
    assert membership.state == MembershipState.ACTIVE


def test_a_declined_request_can_be_made_again(as_outsider, outsider, as_facilitator, community):
    Community.objects.update(join_rule="request")
    press(as_outsider, "community-ask", community)
    membership = community.memberships.get(user=outsider)
    press(as_facilitator, "requests-answer", community, ids=[membership.pk], what="decline")
    press(as_outsider, "community-ask", community)
    membership.refresh_from_db()
    assert membership.state == MembershipState.REQUESTED


def test_a_community_by_invitation_lets_nobody_join(as_outsider, outsider, community):
    Community.objects.update(join_rule="invitation")
    answer = press(as_outsider, "community-join", community)
    assert answer.status_code == 403
    assert "open to all" in answer.content.decode()


def test_an_archived_community_takes_no_members(as_outsider, facilitator, community):
    founding.archive(community, by=facilitator)
    assert press(as_outsider, "community-join", community).status_code == 403


def test_a_member_leaves_and_may_come_back_as_a_member(as_member, member, community):
    Membership.objects.filter(user=member).update(role=Role.SPONSOR)
    press(as_member, "community-leave", community)
    assert not community.memberships.active().filter(user=member).exists()
    press(as_member, "community-join", community)
    assert community.memberships.active().get(user=member).role == Role.MEMBER


def test_asking_whether_to_leave_changes_nothing(as_member, member, community):
    page = as_member.get(reverse("members:community-leave", args=[community.slug]))
    assert "Leave Library Team?" in page.content.decode()
    assert community.memberships.active().filter(user=member).exists()


def test_the_last_facilitator_hears_what_to_do_before_leaving(as_facilitator, facilitator, member, community):
    page = press(as_facilitator, "community-leave", community)
    assert "Make somebody else a facilitator first" in page.content.decode()
    assert community.memberships.active().facilitating().filter(user=facilitator).exists()


@pytest.mark.parametrize("switch", ["leave", "change_role", "suspend"])
def test_no_way_out_leaves_a_community_without_a_facilitator(switch, facilitator, community):
    membership = community.memberships.get(user=facilitator)
    ways = {
        "leave": lambda: joining.leave(community, by=facilitator),
        "change_role": lambda: joining.change_role(membership, Role.MEMBER, by=facilitator),
        "suspend": lambda: joining.suspend(membership, by=facilitator),
    }
    with pytest.raises(Refused):
        ways[switch]()
    assert community.memberships.active().facilitating().count() == 1


def test_a_facilitator_who_may_not_sign_in_does_not_count(facilitator, community):
    MembershipFactory(community=community, role="facilitator", user__is_active=False)
    with pytest.raises(Refused):
        joining.leave(community, by=facilitator)


def test_a_facilitator_makes_a_member_a_facilitator(as_facilitator, member, community):
    membership = community.memberships.get(user=member)
    press(as_facilitator, "membership-role", community, membership.pk, role="facilitator")
    membership.refresh_from_db()
    assert membership.role == Role.FACILITATOR


def test_a_role_that_nobody_knows_is_refused(as_facilitator, member, community):
    membership = community.memberships.get(user=member)
    page = press(as_facilitator, "membership-role", community, membership.pk, role="emperor")
    assert "Choose one of the roles" in page.content.decode()


def test_a_suspended_member_can_neither_take_part_nor_join_again(
    as_facilitator, as_member, facilitator, member, community
):
    membership = community.memberships.get(user=member)
    joining.suspend(membership, by=facilitator, reason="Rude words.")
    page = press(as_member, "community-join", community)
    assert "suspended your membership" in page.content.decode()
    membership.refresh_from_db()
    assert membership.state == MembershipState.SUSPENDED
    press(as_facilitator, "membership-readmit", community, membership.pk)
    membership.refresh_from_db()
    assert membership.state == MembershipState.ACTIVE


def test_doing_it_twice_does_it_once(facilitator, member, community):
    membership = community.memberships.get(user=member)
    assert joining.suspend(membership, by=facilitator)
    assert not joining.suspend(membership, by=facilitator)
    assert joining.readmit(membership, by=facilitator)
    assert not joining.readmit(membership, by=facilitator)


def test_a_facilitator_of_another_community_changes_nobody_here(signed_in, member, community):
    stranger = MembershipFactory(role="facilitator").user
    membership = community.memberships.get(user=member)
    assert press(signed_in(stranger), "membership-readmit", community, membership.pk).status_code == 403


def test_a_membership_of_another_community_is_not_found_here(as_facilitator, outsider, community):
    foreign = outsider.memberships.get()
    assert press(as_facilitator, "membership-readmit", community, foreign.pk).status_code == 404


@pytest.mark.parametrize("client", ["as_member", "as_sponsor", "as_facilitator"])
def test_who_belongs_here_sees_who_else_does(client, member, community, request):
    page = request.getfixturevalue(client).get(reverse("members:people", args=[community.slug]))
    assert "Mina" in page.content.decode()


def test_somebody_from_outside_does_not_see_who_belongs_here(as_outsider, member, community):
    answer = as_outsider.get(reverse("members:people", args=[community.slug]))
    assert answer.status_code == 403
    assert "Only members" in answer.content.decode()


def test_the_list_of_people_costs_the_same_for_few_and_many(as_facilitator, community, query_count):
    url = reverse("members:people", args=[community.slug])
    MembershipFactory.create_batch(2, community=community)
    few = query_count(as_facilitator, url)
    MembershipFactory.create_batch(18, community=community)
    MembershipFactory.create_batch(5, community=community, state="requested")
    assert query_count(as_facilitator, url) == few


def test_a_long_list_of_people_has_pages(as_facilitator, community):
    MembershipFactory.create_batch(60, community=community)
    url = reverse("members:people", args=[community.slug])
    first = as_facilitator.get(url).context["page"]
    second = as_facilitator.get(url, {"page": first.older}).context["page"]
    shown = {row.pk for row in [*first.rows, *second.rows]}
    assert len(shown) == 61


def test_two_facilitators_who_leave_at_once_do_not_both_get_away(community, facilitator):
    other = MembershipFactory(community=community, role="facilitator").user
    assert joining.leave(community, by=other)
    with pytest.raises(Refused):
        joining.leave(community, by=facilitator)


def test_a_deactivated_user_is_nobody(community):
    user = MembershipFactory(community=community, user=UserFactory(is_active=False)).user
    assert not community.memberships.active().filter(user=user).exists()
