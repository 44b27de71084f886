"""Every named URL, by every method, as every kind of person, where things are for each of the four audiences."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from members.audiences import Audience
from tests.access.doors import DOORS, Door, of_a_thing
from tests.access.people import EVERYBODY, INSIDE, World, world
from tests.access.walking import METHODS, knock

# Pages of libraries, which their own tests walk; who gets into the admin is tested below.
FOREIGN = ("admin:", "account_", "usersessions_", "mfa_", "socialaccount_", "openid_connect_", "saml_")
NOWHERE = 987_654_321
READERS = {
    Audience.PUBLIC: EVERYBODY,
    Audience.SIGNED_IN: tuple(person for person in EVERYBODY if person != "visitor"),
    Audience.COMMUNITY: INSIDE,
    Audience.FACILITATORS: ("facilitator", "staff"),
}


def named_urls(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Every name in the URLconf, with its namespace."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from named_urls(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{namespace}{entry.name}"


OURS = sorted({name for name in named_urls(get_resolver()) if not name.startswith(FOREIGN)})


def test_every_url_is_listed():
    assert sorted(DOORS) == OURS


@pytest.fixture(scope="module")
def worlds(django_db_setup, django_db_blocker) -> Iterator[list[World]]:
    """A community for each audience, with everybody around it, made once; what each test changes is undone."""
    around_the_file = transaction.atomic()
    around_the_file._from_testcase = True
    with django_db_blocker.unblock(), around_the_file:
        yield [world(audience) for audience in Audience.values]
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def walked(request) -> Iterator[list[int]]:
    """Counts the knocks; the sum is told at the end of the file (`-rP` shows it)."""
    numbers: list[int] = []
    yield numbers
    print(f"\n{sum(numbers)} combinations of URL, method, person and audience were walked.")  # noqa: T201


@pytest.mark.parametrize("name", OURS)
def test_who_gets_in(name, worlds, walked, record_property, db):
    door, surprises = DOORS[name], []
    logging.disable(logging.ERROR)
    for made in worlds:
        around = made.seen_anew()
        with transaction.atomic():
            arguments = door.arguments(around)
            around.narrow()
            surprises += walk(around, name, arguments)
            transaction.set_rollback(True)
    walked.append(len(worlds) * len(EVERYBODY) * len(METHODS))
    record_property("combinations", walked[-1])
    assert not surprises, "\n".join(surprises)


def walk(around: World, name: str, arguments: list[Any]) -> Iterator[str]:
    """Try one door as everybody, by every method, and give each surprise as a line."""
    door, url = DOORS[name], reverse(name, args=arguments)
    for person in EVERYBODY:
        for method in METHODS:
            found, wanted = knock(around, person, method, url, door.data), expected(door, method, person, around)
            if found == "forbidden" and wanted == "missing":
                # Refused before anything was looked up: then what does not exist must be refused as well.
                found = knock(around, person, method, reverse(name, args=nowhere(arguments)), door.data)
                wanted = "forbidden"
            if found != wanted:
                yield f"{method.upper()} {url} ({around.audience}) by {person}: {found} instead of {wanted}"


def nowhere(arguments: list[Any]) -> list[Any]:
    """Give the arguments of something that does not exist in the same community."""
    return [NOWHERE if isinstance(one, int) else "nowhere" if one == "doors" else one for one in arguments]


@pytest.fixture(autouse=True)
def _logging_comes_back():
    yield
    logging.disable(logging.NOTSET)


def expected(door: Door, method: str, person: str, around: World) -> str:
    """What the table says."""
    who = {"post": door.post, "get": door.get, "head": door.get}.get(method)
    if who is None:
        return "method"
    readers = READERS[around.audience if of_a_thing(door) else around.community.audience]
    if door.missing or (door.knows_no_session and "visitor" not in readers):
        return "missing"
    if door.holder and door.holder not in readers:
        return "missing"
    if person == "visitor" and door.asks_to_sign_in:
        return "sign in"
    if person not in door.readers or (door.inside and person not in readers):
        return "missing"
    if person in who:
        return "in"
    return "missing" if door.secret else "forbidden"


@pytest.mark.parametrize("person", EVERYBODY)
def test_only_site_staff_gets_into_the_admin(person, db):
    answer = world("public").browser(person).get("/admin/")
    assert (answer.status_code == 200) is (person == "staff")
