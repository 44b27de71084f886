"""Audiences: the WHERE clause and the standing give the same answer for everybody."""

import pytest
from django.contrib.auth.models import AnonymousUser

from members.audiences import Audience
from members.models import Community, User
from members.standing import standing_of
from tests.factories import CommunityFactory, MembershipFactory, UserFactory

PEOPLE = {
    "visitor": {Audience.PUBLIC},
    "stranger": {Audience.PUBLIC, Audience.SIGNED_IN},
    "member": {Audience.PUBLIC, Audience.SIGNED_IN, Audience.COMMUNITY},
    "sponsor": {Audience.PUBLIC, Audience.SIGNED_IN, Audience.COMMUNITY},
    "facilitator": set(Audience),
    "suspended": {Audience.PUBLIC, Audience.SIGNED_IN},
    "left": {Audience.PUBLIC, Audience.SIGNED_IN},
    "requested": {Audience.PUBLIC, Audience.SIGNED_IN},
    "invited": {Audience.PUBLIC, Audience.SIGNED_IN},
    "staff": set(Audience),
}


def person(kind, community):
    if kind == "visitor":
        return AnonymousUser()
    if kind in ("stranger", "staff"):
        return UserFactory(is_staff=kind == "staff")
    if kind in ("suspended", "left", "requested", "invited"):
        return MembershipFactory(community=community, state=kind, role="facilitator").user
    return MembershipFactory(community=community, role=kind).user


@pytest.mark.parametrize("kind", PEOPLE)
def test_each_person_reads_what_the_audience_allows(kind, db):
    readable = set()
    for audience in set(Audience) - {Audience.FACILITATORS}:
        community = CommunityFactory(audience=audience)
        user = person(kind, community)
        found = Community.objects.visible_to(user).filter(pk=community.pk).exists()
        assert standing_of(user).may_read(audience, community) is found
        readable |= {audience} if found else set()
    assert readable == PEOPLE[kind] - {Audience.FACILITATORS}


@pytest.mark.parametrize("kind", PEOPLE)
def test_what_only_facilitators_read_is_kept_from_the_rest(kind, community):
    user = person(kind, community)
    may = standing_of(user).may_read(Audience.FACILITATORS, community)
    assert may is (Audience.FACILITATORS in PEOPLE[kind])


def test_a_facilitator_elsewhere_reads_nothing_more_here(db):
    closed = CommunityFactory(audience=Audience.COMMUNITY)
    elsewhere = MembershipFactory(role="facilitator").user
    assert closed not in Community.objects.visible_to(elsewhere)


def test_a_closed_community_is_not_found_by_those_outside(signed_in, outsider, visitor, community):
    Community.objects.filter(pk=community.pk).update(audience=Audience.COMMUNITY)
    for client in (visitor, signed_in(outsider)):
        assert client.get(community.get_absolute_url()).status_code == 404


def test_standing_costs_one_query_a_request(django_assert_num_queries, facilitator, community):
    user, communities = User.objects.get(pk=facilitator.pk), [community, CommunityFactory()]
    with django_assert_num_queries(1):
        for community in [*communities, *communities]:
            assert user.has_perm("members.edit_community", community) is (community == communities[0])
            user.has_perm("members.see_people", community)
