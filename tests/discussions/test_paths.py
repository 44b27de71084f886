"""A reply's place: a branch is a prefix, order is that of time, and no depth breaks it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from discussions.paths import DEEPEST, EPOCH, KEY_LENGTH, PATH_LENGTH, ancestors_of, below, depth_of, new_key

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENTS = st.integers(-(10**9), 7 * 10**9).map(lambda second: EPOCH + timedelta(seconds=second))


@given(MOMENTS, MOMENTS)
def test_keys_stand_in_the_order_of_their_moments(one, other):
    if EPOCH <= one < other:
        assert new_key(one) < new_key(other)


def test_a_branch_is_a_prefix():
    top = below("", NOON)
    child = below(top, NOON)
    assert child.startswith(top)
    assert (depth_of(top), depth_of(child)) == (1, 2)
    assert ancestors_of(child) == [top]


def test_what_is_nested_too_deeply_stands_beside_its_parent():
    path = ""
    for _ in range(DEEPEST * 3):
        path = below(path, NOON)
    assert depth_of(path) == DEEPEST
    assert len(path) == PATH_LENGTH


def test_two_at_the_same_moment_have_places_of_their_own():
    assert len({below("", NOON)[:KEY_LENGTH] for _ in range(50)}) > 45
