"""Nobody writes faster than a person can, and nothing typed is lost where somebody does."""

import pytest
from django.test import Client

from cop.base import flooding
from tests.access.addresses import all_addresses


@pytest.fixture
def few(settings):
    settings.WRITES_A_MINUTE = 3


def write(client: Client, **more):
    return client.post("/markup/preview/", {"source": "words I typed", **more})


def test_the_fourth_of_three_is_asked_to_wait_and_keeps_its_words(few, as_member):
    assert [write(as_member).status_code for _number in range(3)] == [200, 200, 200]
    answer = write(as_member)
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "words I typed" in answer.content.decode()
    assert "Wait a minute" in answer.content.decode()


def test_reading_is_not_counted(few, as_member, community):
    assert {as_member.get(community.get_absolute_url()).status_code for _number in range(8)} == {200}


def test_each_person_counts_alone_though_they_share_an_address(few, signed_in, member, facilitator):
    for _number in range(4):
        write(signed_in(member))
    assert write(signed_in(facilitator)).status_code == 200


def test_visitors_count_by_their_network(few, visitor, db):
    answers = [visitor.post("/accounts/password/reset/", {"email": "x"}).status_code for _number in range(4)]
    assert answers[-1] == 429


def test_a_password_is_not_given_back(few, visitor, db):
    for _number in range(4):
        answer = visitor.post("/accounts/login/", {"login": "a@example.org", "password": "s3cret-words"})
    assert answer.status_code == 429
    assert "s3cret-words" not in answer.content.decode()


def test_no_limit_where_the_site_wants_none(settings, as_member):
    settings.WRITES_A_MINUTE = 0
    assert {write(as_member).status_code for _number in range(8)} == {200}


def test_a_steady_trickle_of_a_robot_ends_within_the_hour(few, as_member, monkeypatch):
    answers = []
    for number in range(40):
        monkeypatch.setattr("cop.base.flooding.MINUTE", number + 1)  # Each in a minute of its own.
        answers.append(write(as_member).status_code)
    assert answers.count(200) == 30


def test_no_form_of_the_site_is_left_out(as_member, visitor, monkeypatch):
    """But for providers that deliver mail, who prove by their signature who they are."""
    monkeypatch.setattr(flooding, "first_over", lambda limits: limits[0])
    for client in (as_member, visitor):
        tried = [name for name, address in all_addresses() if client.post(address).status_code != 429]
        assert tried == []
    assert len(list(all_addresses())) > 300
