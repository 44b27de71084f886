"""What people say about themselves, who sees it, and how they are found."""

import pytest
from django.urls import reverse

from cop.notifications.followables import find
from members import organising
from members.models import Membership, MembershipState, User
from members.profile_models import Profile
from tests.factories import ActivityFactory, BlogFactory, MembershipFactory, UserFactory

DIRECTORY = "/people/"


def form(**changes):
    return {
        "display_name": "Ingrid Åberg",
        "timezone": "Europe/Stockholm",
        "language": "en",
        "place": "Umeå",
        "languages": "svenska",
        "about": "I like *goats*. <script>alert(1)</script>",
        "ask_about": "cold chains, Offprints",
        "learning": "Unicode",
        "links": "https://example.org/ingrid",
        "seen_place": "signed-in",
        "seen_about": "everybody",
        "seen_ask_about": "sharing",
        "seen_learning": "nobody",
        **changes,
    }


def say(signed_in, user, **changes):
    return signed_in(user).post(reverse("members:profile-edit"), form(**changes))


def text_of(client, person):
    return client.get(person.get_absolute_url()).content.decode()


def test_each_part_is_shown_to_whom_it_is_for(signed_in, member, facilitator, outsider, visitor):
    say(signed_in, member, known_to="everybody")
    near, far, web = (text_of(client, member) for client in (signed_in(facilitator), signed_in(outsider), visitor))
    assert "cold chains" in near and "cold chains" not in far
    assert "Umeå" in far and "Umeå" not in web
    assert "<em>goats</em>" in web and "alert(1)" not in web.replace("&lt;", "<").split("<script")[0]
    assert "Unicode" not in near and "Unicode" in text_of(signed_in(member), member)


def test_the_form_shows_what_was_said_as_it_was_typed(as_member, signed_in, member):
    say(signed_in, member)
    form_again = as_member.get(reverse("members:profile-edit")).context["form"]
    assert form_again["ask_about"].value() == "cold chains, Offprints"
    assert form_again["learning"].value() == "Unicode"


def test_a_stranger_finds_nobody_who_did_not_wish_it(signed_in, member, outsider, visitor):
    say(signed_in, member)
    assert signed_in(outsider).get(member.get_absolute_url()).status_code == 404
    assert visitor.get(member.get_absolute_url()).status_code == 404


def test_who_was_suspended_or_left_no_longer_shares_the_community(signed_in, member, facilitator):
    Membership.objects.filter(user=member).update(state=MembershipState.LEFT)
    assert signed_in(facilitator).get(member.get_absolute_url()).status_code == 404


def test_a_closed_account_has_no_page(as_facilitator, member):
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert as_facilitator.get(member.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("words", ["aberg", "UMEA", "svenska", "offprints", "cold umeå"])
def test_people_are_found_by_what_they_say(words, signed_in, member, facilitator):
    say(signed_in, member)
    assert "Ingrid Åberg" in signed_in(facilitator).get(DIRECTORY, {"q": words}).content.decode()


def test_nobody_is_found_by_what_the_reader_may_not_see(signed_in, member, outsider):
    say(signed_in, member, known_to="signed-in")
    assert "Ingrid" in signed_in(outsider).get(DIRECTORY, {"q": "umea"}).content.decode()
    assert "Ingrid" not in signed_in(outsider).get(DIRECTORY, {"q": "offprints"}).content.decode()


def test_who_wishes_to_be_unlisted_stands_in_no_directory(signed_in, community, member, sponsor, facilitator):
    say(signed_in, member, is_unlisted="on")
    people = reverse("members:people", args=[community.slug])
    assert "Ingrid" not in signed_in(sponsor).get(DIRECTORY).content.decode()
    assert "Ingrid" not in signed_in(sponsor).get(people).content.decode()
    assert "Ingrid" in signed_in(facilitator).get(people).content.decode()


def test_the_directory_goes_on_by_name(signed_in, community, facilitator):
    for number in range(120):
        MembershipFactory(community=community, user=UserFactory(display_name=f"Person {number:03d}"))
    client, at, seen = signed_in(facilitator), "", []
    while True:
        page = client.get(DIRECTORY, {"q": "person", "page": at}).context["page"]
        seen += [person.display_name for person in page.rows]
        if not (at := page.older):
            break
    assert seen == [f"Person {number:03d}" for number in range(120)]


def test_a_longer_directory_asks_no_more(as_facilitator, community, query_count):
    def with_people(count):
        for _number in range(count):
            user = MembershipFactory(community=community).user
            Profile.objects.create(user=user).ask_about.add("goats")
        return query_count(as_facilitator, DIRECTORY)

    assert with_people(3) == with_people(20)


def test_a_page_tells_what_somebody_did_where_the_reader_may_read(signed_in, community, member, facilitator, outsider):
    Profile.objects.create(user=member, known_to="everybody")
    blog = BlogFactory(community=community, audience="community")
    ActivityFactory(thing=find("blog", blog.pk), by=member, title="On goats")
    assert "On goats" in text_of(signed_in(facilitator), member)
    assert "On goats" not in text_of(signed_in(outsider), member)


@pytest.mark.parametrize(
    "bad",
    [
        {"links": "javascript:alert(1)"},
        {"ask_about": ",".join(f"tag{number}" for number in range(30))},
        {"learning": "x" * 80},
        {"about": "x" * 10_001},
        {"known_to": "nobody"},
        {"display_name": "\u200b"},
        {"place": "x" * 121},
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(bad, signed_in, member):
    answer = say(signed_in, member, **bad)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(bad)
    assert not Profile.objects.exists()


def test_a_name_from_right_to_left_is_found(signed_in, member, facilitator):
    say(signed_in, member, display_name="فاطمة الزهراء")
    assert "فاطمة" in signed_in(facilitator).get(DIRECTORY, {"q": "فاطمة"}).content.decode()


def test_saying_it_twice_keeps_one_profile(signed_in, member):
    say(signed_in, member)
    say(signed_in, member, ask_about="goats")
    profile = Profile.objects.get()
    assert set(profile.ask_about.names()) == {"goats"}
    assert set(profile.learning.names()) == {"Unicode"}


def test_somebody_without_a_profile_is_found_by_the_start_of_any_word_of_their_name(as_member, community):
    MembershipFactory(community=community, user__display_name="José Ángel Núñez-Ortiz")

    def found(words):
        people = as_member.get(DIRECTORY, {"q": words}).context["people"]
        return [shown.person.display_name for shown in people]

    for words in ("nunez", "JOSE", "ort ang", "núñez-ortiz"):
        assert found(words) == ["José Ángel Núñez-Ortiz"]
    assert found("guel") == []


def test_a_new_name_finds_and_the_old_one_no_longer(as_member, community):
    user = MembershipFactory(community=community, user__display_name="Ada Berg").user
    user.display_name = "Ada Costa"
    user.save()
    assert not as_member.get(DIRECTORY, {"q": "berg"}).context["people"]
    assert as_member.get(DIRECTORY, {"q": "costa"}).context["people"]


def test_people_are_found_by_the_name_their_organisation_has_now(as_member, community, staff):
    organisation = organising.named("Old Mill")
    MembershipFactory(community=community, user__organisation=organisation)
    organisation.name = "New Mill"
    organising.write(organisation, by=staff)
    assert not as_member.get(DIRECTORY, {"q": "old"}).context["people"]
    assert as_member.get(DIRECTORY, {"q": "new mill"}).context["people"]


def test_further_people_are_those_that_were_looked_for(as_member, community):
    for number in range(51):
        MembershipFactory(community=community, user__display_name=f"Ada {number:02}")
    first = as_member.get(DIRECTORY, {"q": "ada"})
    further = first.content.decode().split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    shown = as_member.get(f"{DIRECTORY}{further}").context["people"]
    assert [one.person.display_name for one in shown] == ["Ada 50"]
