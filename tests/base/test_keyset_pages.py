"""Lists in pages: forward and back without a gap, and calm about marks that nobody here wrote."""

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cop.base.keyset import paginate
from members.models import Community
from tests.factories import CommunityFactory

ORDER = ("created_at", "id")


def page_of(mark: str = "", order=ORDER, size: int = 3):
    return paginate(Community.objects.all(), order=order, at=mark, size=size)


def mark_of(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.fixture
def communities(db):
    return [CommunityFactory() for _number in range(8)]


def names(page) -> list[int]:
    return [row.pk for row in page.rows]


def test_walking_on_meets_each_row_once(communities):
    first = page_of()
    second = page_of(first.older)
    third = page_of(second.older)
    met = [*names(first), *names(second), *names(third)]
    assert met == [row.pk for row in reversed(communities)]
    assert (first.newer, third.older) == ("", "")


def test_walking_back_shows_the_same_pages(communities):
    first = page_of()
    second = page_of(first.older)
    third = page_of(second.older)
    back = page_of(third.newer)
    assert names(back) == names(second)
    assert names(page_of(back.newer)) == names(first)


def test_a_row_added_meanwhile_shifts_nothing(communities):
    first = page_of()
    CommunityFactory()
    assert names(page_of(first.older)) == [row.pk for row in reversed(communities)][3:6]


@pytest.mark.parametrize(
    "mark",
    [
        "x",
        "é",
        "A" * 5000,
        mark_of("older"),
        mark_of("sideways", 1, 2),
        mark_of("older", "not a date", 1),
        mark_of("older", 5, 1),
        mark_of("older", {"t": "2026-01-01"}, "one"),
        mark_of("older", {"t": "2026-01-01"}, None),
        mark_of("older", {"t": "0001-01-01T00:00:00+14:00"}, 1),
        mark_of("older", {"t": 5}, 1),
        mark_of("older", {}, 1),
        mark_of("older", [1], 1),
        mark_of(["older"], 1, 1),
        mark_of("older", "\0", 1),
        base64.urlsafe_b64encode(b'["older","\\ud800",1]').decode(),
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
    ],
)
def test_a_mark_that_nobody_wrote_shows_the_first_page(communities, mark):
    assert names(page_of(mark)) == names(page_of())


@pytest.mark.parametrize("number", [2**63, -(2**70), 10**400, True])
def test_a_number_beyond_all_rows_breaks_nothing(communities, number):
    assert page_of(mark_of("older", {"t": "2026-01-01T00:00:00+00:00"}, number)).rows == []


def test_a_text_with_a_null_character_breaks_nothing(communities):
    assert names(page_of(mark_of("older", "a\0b", 1), order=("name", "id"))) == names(page_of(order=("name", "id")))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just({"t": "x"})))
def test_no_mark_breaks_a_page(db, parts):
    assert page_of(mark_of("older", *parts)).rows == []
