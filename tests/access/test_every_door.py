"""Every named URL, looked at and posted to by every kind of person, in an open community and in a closed one."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.doors import DOORS, Door
from tests.access.people import EVERYBODY, INSIDE, World, world

# Pages of libraries, which their own tests walk; who gets into the admin is tested below.
FOREIGN = ("admin:", "account_", "usersessions_", "mfa_", "socialaccount_", "openid_connect_", "saml_")


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
def worlds(django_db_setup, django_db_blocker) -> Iterator[dict[str, World]]:
    """An open and a closed community with everybody signed in, made once; what each test changes is undone."""
    around_the_file = transaction.atomic()
    around_the_file._from_testcase = True
    with django_db_blocker.unblock(), around_the_file:
        made = {audience: world(audience) for audience in ("public", "community")}
        for one in made.values():
            for person in EVERYBODY:
                one.browser(person)
        yield made
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("audience", ["public", "community"])
def test_who_gets_in(name, audience, worlds, db):
    around = worlds[audience].seen_anew()
    door = DOORS[name]
    url = reverse(name, args=door.arguments(around))
    surprises = []
    for person in EVERYBODY:
        for method, who in (("get", door.get), ("post", door.post)):
            wanted = expected(door, who, person, closed=audience == "community")
            found = knock(around, person, method, url, door)
            if found != wanted:
                surprises.append(f"{method.upper()} {url} by {person}: {found} instead of {wanted}")
    assert not surprises, "\n".join(surprises)


def expected(door: Door, who: tuple[str, ...] | None, person: str, *, closed: bool) -> str:
    """What the table says."""
    if who is None:
        return "method"
    if door.missing or (door.knows_no_session and closed):
        return "missing"
    if person == "visitor" and door.asks_to_sign_in:
        return "sign in"
    if door.inside and closed and person not in INSIDE:
        return "missing"
    if person in who:
        return "in"
    return "missing" if door.secret else "forbidden"


def knock(around: World, person: str, method: str, url: str, door: Door) -> str:
    """Try the door, and undo whatever came of it."""
    cache.clear()
    browser = around.browser(person)
    with transaction.atomic():
        answer = getattr(browser, method)(url, door.data if method == "post" else {})
        transaction.set_rollback(True)
    if answer.status_code == 302 and "/accounts/login" in answer.url:
        return "sign in"
    if answer.status_code == 403 and any(template.name == "send_again.html" for template in answer.templates):
        return "sign in"
    return {403: "forbidden", 404: "missing", 405: "method"}.get(answer.status_code, "in")


@pytest.mark.parametrize("person", EVERYBODY)
def test_only_site_staff_gets_into_the_admin(person, db):
    answer = world("public").browser(person).get("/admin/")
    assert (answer.status_code == 200) is (person == "staff")
