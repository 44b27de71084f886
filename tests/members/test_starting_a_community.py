"""Starting, changing and archiving a community."""

import pytest
from django.urls import reverse

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
        **changes,
    }


def start(client, **changes):
    return client.post(reverse("members:community-add"), form(**changes), follow=True)


def test_who_starts_a_community_facilitates_it(as_outsider, outsider):
    page = start(as_outsider)
    community = Community.objects.get(slug="goat-vets")
    assert page.redirect_chain[-1][0] == community.get_absolute_url()
    assert community.memberships.facilitating().get().user == outsider


def test_a_second_community_of_the_same_name_gets_its_own_address(as_outsider):
    start(as_outsider)
    start(as_outsider)
    assert set(Community.objects.filter(name="Goat vets").values_list("slug", flat=True)) == {
        "goat-vets",
        "goat-vets-2",
    }


def test_an_address_that_is_taken_is_refused_at_its_field(as_outsider, community):
    page = start(as_outsider, slug="library")
    assert page.status_code == 422
    assert "slug" in page.context["form"].errors
    assert "Cold chains" in page.content.decode()


@pytest.mark.parametrize("slug", ["new", "Settings", "a b", "über", "-x", "x--y", "рaypal", "x" * 51])
def test_an_unusable_address_is_refused_with_a_sentence(as_outsider, slug):
    page = start(as_outsider, slug=slug)
    assert page.status_code == 422
    assert page.context["form"].errors["slug"]


def test_a_name_in_another_script_asks_for_an_address(as_outsider):
    page = start(as_outsider, name=RIGHT_TO_LEFT)
    assert "none could be made from this name" in page.content.decode()
    page = start(as_outsider, name=RIGHT_TO_LEFT, slug="atibba")
    assert Community.objects.get(slug="atibba").name == RIGHT_TO_LEFT


@pytest.mark.parametrize("name", ["", "\u200b\u200b", "   ", "!!!", "x" * 81, "a@b.org", "https://spam.example"])
def test_a_name_that_says_nothing_is_refused(as_outsider, name):
    page = start(as_outsider, name=name, slug="fine")
    assert page.status_code == 422
    assert "name" in page.context["form"].errors


def test_invisible_characters_in_a_name_are_dropped(as_outsider):
    start(as_outsider, name="Goat\u202e vets\u200b", slug="goats")
    assert Community.objects.get(slug="goats").name == "Goat vets"


@pytest.mark.parametrize("accent", ["#ffff00", "red", "#12345", "#2f6f5e;x"])
def test_a_colour_on_which_white_cannot_be_read_is_refused(as_outsider, accent):
    assert "accent" in start(as_outsider, accent=accent).context["form"].errors


def test_a_community_has_somebody_who_may_read_it(as_outsider):
    assert "audience" in start(as_outsider, audience="facilitators").context["form"].errors


def test_a_facilitator_changes_the_purpose(as_facilitator, community):
    url = reverse("members:community-edit", args=[community.slug])
    as_facilitator.post(url, form(name="Library Team", slug="library", purpose="To find things."))
    community.refresh_from_db()
    assert community.purpose == "To find things."


def test_a_refused_change_keeps_what_was_typed_and_saves_nothing(as_facilitator, community):
    url = reverse("members:community-edit", args=[community.slug])
    page = as_facilitator.post(url, form(name="", slug="library", purpose="Something new"))
    assert page.status_code == 422
    assert "Something new" in page.content.decode()
    community.refresh_from_db()
    assert community.name == "Library Team"


def test_a_member_cannot_change_the_settings(as_member, community):
    answer = as_member.get(reverse("members:community-edit", args=[community.slug]))
    assert answer.status_code == 403
    assert "Only facilitators" in answer.content.decode()


def test_archiving_and_opening_again(as_facilitator, community):
    as_facilitator.post(reverse("members:community-archive", args=[community.slug]))
    community.refresh_from_db()
    assert community.is_archived
    as_facilitator.post(reverse("members:community-restore", args=[community.slug]))
    community.refresh_from_db()
    assert not community.is_archived


def test_what_a_signed_out_person_typed_comes_back(visitor, db):
    page = visitor.post(reverse("members:community-add"), form(purpose="A long thought"))
    assert page.status_code == 403
    assert "A long thought" in page.content.decode()


def test_a_reserved_word_is_no_address(db):
    CommunityFactory(slug="rest")
    assert free_slug("New") == "new-2"
    assert free_slug("Rest") == "rest-2"
