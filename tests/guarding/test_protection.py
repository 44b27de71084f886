"""Facilitators choose how their community is protected, and keep lists; the site's are kept by staff."""

import pytest
from django.urls import reverse

from cop.guarding.models import Protection, Way, WordList, protection_of
from members.models import Community

CHOICE = {"way": "held", "links": 2, "images": 1, "mentions": 2, "topics_an_hour": 3, "replies_an_hour": 10}


def test_a_community_that_never_chose_has_newcomers_limited_and_no_row(community):
    assert protection_of(community).way == Way.LIMITED
    assert not Protection.objects.exists()


def test_facilitators_choose_and_others_do_not(community, as_facilitator, as_member):
    url = reverse("guarding:protection", args=[community.slug])
    assert as_member.post(url, CHOICE).status_code == 403
    assert as_facilitator.post(url, CHOICE).status_code == 302
    as_facilitator.post(url, CHOICE)
    assert Protection.objects.get().way == Way.HELD
    assert "checked" in as_facilitator.get(url).content.decode()


def test_members_only_needs_a_door(community, as_facilitator):
    url = reverse("guarding:protection", args=[community.slug])
    answer = as_facilitator.post(url, {**CHOICE, "way": "members"})
    assert "Everybody can join here" in answer.content.decode()
    Community.objects.update(join_rule="request")
    assert as_facilitator.post(url, {**CHOICE, "way": "members"}).status_code == 302


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("\n".join(f"w{n}" for n in range(501)), "501 lines"), ("x" * 101, "longer than 100 characters")],
)
def test_lists_too_long_come_back_as_typed(community, as_facilitator, words, sentence):
    url = reverse("guarding:words", args=[community.slug])
    answer = as_facilitator.post(url, {"words": words, "links": ""}).content.decode()
    assert sentence in answer and words[-20:] in answer
    assert not WordList.objects.exists()


def test_lists_are_kept_tidy_and_there_is_one_for_the_site(community, as_facilitator, staff, signed_in):
    url = reverse("guarding:words", args=[community.slug])
    as_facilitator.post(url, {"words": " casino \n\ncasino\nכזינו", "links": "spam.example"})
    assert WordList.objects.get().words == "casino\nכזינו"
    site = reverse("guarding:site-words")
    assert as_facilitator.get(site).status_code == 403
    for _each in range(2):
        signed_in(staff).post(site, {"words": "pills", "links": ""})
    assert WordList.objects.filter(community=None).count() == 1
