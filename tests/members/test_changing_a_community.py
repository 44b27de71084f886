"""Changing what a community is."""

import pytest
from django.urls import reverse

from members import founding, joining
from members.founding import free_slug
from members.models import Community
from tests.factories import CommunityFactory

RIGHT_TO_LEFT = "مجتمع الأطباء"


def form(**changes):
    return {
        "name": "Goat vets",
        "slug": "",
        "purpose": "To vaccinate well.",
        "pressing_issue": "Cold chains",
        "audience": "public",
        "join_rule": "open",
        "accent": "#2f6f5e",
        "language": "en",
        **changes,
    }


def change(client, **changes):
    return client.post(reverse("members:community-edit", args=["library"]), form(**changes))


def test_an_empty_address_is_made_from_the_name_and_gets_a_number_where_it_is_taken(as_facilitator, community):
    CommunityFactory(slug="goat-vets")
    change(as_facilitator)
    community.refresh_from_db()
    assert community.slug == "goat-vets-2"


def test_an_address_that_is_taken_is_refused_at_its_field(as_facilitator, community):
    CommunityFactory(slug="goats")
    page = change(as_facilitator, slug="goats")
    assert page.status_code == 422
    assert "slug" in page.context["form"].errors
    assert "Cold chains" in page.content.decode()


@pytest.mark.parametrize("slug", ["new", "Settings", "a b", "über", "-x", "x--y", "рaypal", "x" * 51])
def test_an_unusable_address_is_refused_with_a_sentence(as_facilitator, community, slug):
    page = change(as_facilitator, slug=slug)
    assert page.status_code == 422
    assert page.context["form"].errors["slug"]


def test_a_name_in_another_script_asks_for_an_address(as_facilitator, community):
    page = change(as_facilitator, name=RIGHT_TO_LEFT)
    assert "none could be made from this name" in page.content.decode()
    change(as_facilitator, name=RIGHT_TO_LEFT, slug="atibba")
    assert Community.objects.get(slug="atibba").name == RIGHT_TO_LEFT


@pytest.mark.parametrize("name", ["", "\u200b\u200b", "   ", "!!!", "x" * 81, "a@b.org", "https://spam.example"])
def test_a_name_that_says_nothing_is_refused(as_facilitator, community, name):
    page = change(as_facilitator, name=name, slug="fine")
    assert page.status_code == 422
    assert "name" in page.context["form"].errors


def test_invisible_characters_in_a_name_are_dropped(as_facilitator, community):
    change(as_facilitator, name="Goat\u202e vets\u200b", slug="goats")
    assert Community.objects.get(slug="goats").name == "Goat vets"


@pytest.mark.parametrize("accent", ["#ffff00", "red", "#12345", "#2f6f5e;x"])
def test_a_colour_on_which_white_cannot_be_read_is_refused(as_facilitator, community, accent):
    assert "accent" in change(as_facilitator, accent=accent).context["form"].errors


def test_a_community_has_somebody_who_may_read_it(as_facilitator, community):
    assert "audience" in change(as_facilitator, audience="facilitators").context["form"].errors


def test_a_facilitator_changes_the_purpose_the_place_and_the_tags(as_facilitator, community):
    change(as_facilitator, slug="library", purpose="To find things.", place="Kisumu", tags="goats, Cold chains")
    community.refresh_from_db()
    assert (community.purpose, community.place) == ("To find things.", "Kisumu")
    assert set(community.tags.names()) == {"goats", "Cold chains"}


def test_a_community_becomes_part_of_another_that_the_same_person_facilitates(as_facilitator, facilitator, community):
    whole, foreign = CommunityFactory(), CommunityFactory()
    page = as_facilitator.get(reverse("members:community-edit", args=["library"]))
    assert "parent" not in page.context["form"].fields
    joining.admit(whole, facilitator, role="facilitator")
    assert change(as_facilitator, slug="library", parent=foreign.pk).status_code == 422
    change(as_facilitator, slug="library", parent=whole.pk)
    community.refresh_from_db()
    assert community.parent == whole


def test_nothing_is_part_of_its_own_part(facilitator, community):
    part = CommunityFactory(parent=community)
    for row in (community, part):
        joining.admit(row, facilitator, role="facilitator")
    assert list(founding.possible_parents(community, by=facilitator)) == []
    assert set(founding.possible_parents(CommunityFactory(), by=facilitator)) == {community, part}


def test_a_refused_change_keeps_what_was_typed_and_saves_nothing(as_facilitator, community):
    page = change(as_facilitator, name="", slug="library", purpose="Something new")
    assert page.status_code == 422
    assert "Something new" in page.content.decode()
    community.refresh_from_db()
    assert community.name == "Library Team"


def test_a_member_cannot_change_the_settings(as_member, community):
    answer = as_member.get(reverse("members:community-edit", args=[community.slug]))
    assert answer.status_code == 403
    assert "Only facilitators" in answer.content.decode()


def test_a_reserved_word_is_no_address(db):
    CommunityFactory(slug="rest")
    assert free_slug("New") == "new-2"
    assert free_slug("Rest") == "rest-2"
