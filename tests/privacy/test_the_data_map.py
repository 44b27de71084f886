"""docs/privacy.md names every table, every rule, every step and every part of the export there is, and no other."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from cop.notifications.models import Subscriber
from cop.privacy import retention
from members import carrying_out, exporting
from members.packing import Kind
from members.profile_models import Profile
from tests.factories import MembershipFactory

PAGE = Path(settings.BASE_DIR, "docs", "privacy.md").read_text()
MAP, NOTHING = PAGE.split("## The data map")[1].split("## Without personal data")
LINES = [line.split("|") for line in MAP.splitlines() if line.startswith("| `")]
ROWS = {cells[1].strip("` "): cells for cells in LINES}
WITHOUT = set(re.findall(r"(?m)^- `([a-z]+\.[A-Za-z]+)`", NOTHING))
TABLES = {model._meta.label: model for model in apps.get_models()}
# Columns that hold who somebody is, or where they were.
TELLING = re.compile(r"(^|_)(address|email|network|ip|user_agent|sender|recipient)$")


def named_in(column: int) -> set[str]:
    """Give what stands in backticks in a column of the map."""
    return {name for cells in ROWS.values() for name in re.findall(r"`([a-z-]+)`", cells[column])}


def test_each_table_stands_in_one_of_the_two_lists():
    unknown = set(TABLES) - set(ROWS) - WITHOUT
    assert not unknown, f"Say in docs/privacy.md what of persons is in {sorted(unknown)}, or that there is nothing"
    assert not (set(ROWS) | WITHOUT) - set(TABLES), "docs/privacy.md names tables that are gone"
    assert not set(ROWS) & WITHOUT


@pytest.mark.parametrize("label", sorted(WITHOUT))
def test_what_points_at_a_person_or_an_address_is_not_without_personal_data(label):
    fields = TABLES[label]._meta.local_fields
    people = [field.name for field in fields if field.related_model is TABLES["members.User"]]
    telling = [field.name for field in fields if isinstance(field, models.CharField) and TELLING.search(field.name)]
    allowed = {"account.EmailConfirmation": []}.get(label, [])
    assert [*people, *telling] == allowed


def test_no_cell_is_empty():
    assert not [
        label for label, cells in ROWS.items() if len(cells) != 9 or not all(cell.strip() for cell in cells[1:8])
    ]


def test_the_rules_named_are_those_that_run():
    known = named_in(5)
    assert known - set(retention.rules) == set(), "no such rule"
    # What holds no person: logs of numbers.
    assert set(retention.rules) - known <= {"cleanings"}


def test_the_steps_named_are_those_that_are_carried_out():
    known = named_in(7)
    assert known - set(carrying_out.steps) <= {"marks"}, "no such step"
    assert set(carrying_out.steps) - known == set()


def test_the_parts_of_the_copy_named_are_those_in_it(community):
    user = MembershipFactory(community=community).user
    given = {entry.name for part in exporting.parts for entry in exporting.parts[part](user) if isinstance(entry, Kind)}
    known = named_in(6)
    assert known - given == set(), "not in the copy"
    assert given - known == set(), "not in the map"


def test_each_table_is_read_for_the_copy_or_the_map_says_why_not(community):
    """A cell of nothing but names promises that the table is in the copy; what is not has words beside them."""
    user = MembershipFactory(community=community).user
    Profile.objects.create(user=user)
    Subscriber.objects.create(user=user, address=user.email)
    with CaptureQueriesContext(connection) as asked:
        for part in exporting.parts:
            for entry in exporting.parts[part](user):
                if isinstance(entry, Kind):
                    list(entry.rows)
    read = set(re.findall(r'(?:FROM|JOIN) "([a-z_]+)"', " ".join(query["sql"] for query in asked.captured_queries)))
    promised = {label for label, cells in ROWS.items() if not re.sub(r"`[^`]+`|[,; ]", "", cells[6])}
    missing = {label for label in promised if TABLES[label]._meta.db_table not in read}
    assert not missing, f"Put {sorted(missing)} into the copy, or say in docs/privacy.md why they are not in it"
