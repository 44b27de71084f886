"""Passwords are not made of what everybody here would try first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from members.models import User
from members.password_words import NotTheWordsOfThisSite


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_NAME = "Riverbank Commons"
    settings.SITE_HOST = "practice.example.org"
    settings.PASSWORD_WORDS = ["Otterhaus"]


@pytest.mark.parametrize(
    "password",
    [
        "riverbankcommons",
        "Riverbank-Commons-2026!",
        "R1verb4nk2026",
        "practice.example.org",
        "otterhaus1999",
        "0tterh4us-0tterh4us",
        "MyCommunity2026",
        "library-team-77",
        "TheLibraryTeam1",
    ],
)
def test_words_of_the_site_its_setting_and_one_s_communities_are_refused(member, password):
    with pytest.raises(ValidationError) as refused:
        NotTheWordsOfThisSite().validate(password, member)
    assert "tried first here" in refused.value.messages[0]


@pytest.mark.parametrize(
    "password", ["correct-horse-library", "riverbank-geese-at-dawn", "x7Kq9vTw2pLm", "practice7Kq9vTw2pL"]
)
def test_a_password_may_hold_such_a_word_beside_enough_of_its_own(member, password):
    NotTheWordsOfThisSite().validate(password, member)


def test_communities_of_others_are_nobody_s_hint(outsider, community):
    NotTheWordsOfThisSite().validate("library-team-77", outsider)
    NotTheWordsOfThisSite().validate("library-team-77")


def test_it_is_asked_wherever_a_password_is_chosen(visitor, db):
    typed = {"display_name": "Noor", "email": "noor@example.org", "password1": "riverbank-2026"}
    page = visitor.post(reverse("account_signup"), typed)
    assert "little more than “Riverbank”" in page.content.decode()
    assert "noor@example.org" in page.content.decode()
    assert not User.objects.filter(email="noor@example.org").exists()
    with pytest.raises(ValidationError):
        validate_password("riverbank-2026")
