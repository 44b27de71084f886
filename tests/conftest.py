"""People with a role, and a browser for each: what nearly every test starts from."""

import gc
from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.core.management.commands import flush
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cop.base import bells
from members.models import Community, User
from tests.databases import fresh_database
from tests.factories import CommunityFactory, MembershipFactory, UserFactory
from tests.proofs import note_proof


def pytest_collection_finish() -> None:
    """Let Python look for garbage among what tests make, not each time among all that was imported: a tenth quicker."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker):
    """pytest-django's, which would run all migrations for each worker."""
    with django_db_blocker.unblock(), fresh_database(), django_db_blocker.block():
        yield


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Rate limits and parts of pages live in caches; a test must not meet another's."""
    for cache in caches.all(initialized_only=True):
        cache.clear()
    caches["default"].clear()


@pytest.fixture(autouse=True)
def _mail_goes_to_the_outbox(settings):
    """Django's test runner would catch mail in a list; ours goes where it goes in real life."""
    settings.EMAIL_BACKEND = "cop.mail.backend.OutboxBackend"


# What `migrate` writes down about the models: no test changes it, and making it anew takes longer than most tests.
ABOUT_MODELS = {"django_content_type", "auth_permission", "django_migrations"}


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_quickly():
    """PostgreSQL takes a second to truncate a hundred tables, and no time to delete the few rows in them."""

    def deletions(self, style, tables, *, reset_sequences=False, allow_cascade=False):
        names = sorted(set(tables) - ABOUT_MODELS)
        return [f"DELETE FROM {connection.ops.quote_name(name)}" for name in names]  # noqa: S608

    # Of the class, for every connection: a test with a browser in it has another than its fixtures.
    type(connection.ops).sql_flush = deletions
    flush.emit_post_migrate_signal = lambda *args, **options: None


@pytest.fixture
def community(db) -> Community:
    """A public community that everybody signed in can join."""
    return CommunityFactory(name="Library Team", slug="library")


@pytest.fixture
def facilitator(community) -> User:
    return MembershipFactory(community=community, role="facilitator", user__display_name="Fatima").user


@pytest.fixture
def member(community) -> User:
    return MembershipFactory(community=community, user__display_name="Mina").user


@pytest.fixture
def sponsor(community) -> User:
    return MembershipFactory(community=community, role="sponsor", user__display_name="Sam").user


@pytest.fixture
def outsider(db) -> User:
    """Somebody with an account who belongs to another community."""
    return MembershipFactory(user__display_name="Otto").user


@pytest.fixture
def staff(db) -> User:
    return UserFactory(display_name="Stella", is_staff=True)


@pytest.fixture
def visitor() -> Client:
    """A browser in which nobody is signed in."""
    return Client()


def prove_again(client: Client, user: User) -> None:
    """Let the session be one in which `user` has just said once more who they are."""
    session = client.session
    note_proof(session, user)
    session.save()


@pytest.fixture
def signed_in():
    """A function that gives a browser in which `user` is signed in."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        prove_again(client, user)
        return client

    return browser


@pytest.fixture
def as_facilitator(signed_in, facilitator) -> Client:
    return signed_in(facilitator)


@pytest.fixture
def as_member(signed_in, member) -> Client:
    return signed_in(member)


@pytest.fixture
def as_sponsor(signed_in, sponsor) -> Client:
    return signed_in(sponsor)


@pytest.fixture
def as_outsider(signed_in, outsider) -> Client:
    return signed_in(outsider)


@pytest.fixture
def query_count():
    """A function that counts the queries of one GET, after a first one has warmed what is kept."""

    def count(client: Client, url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        assert answer.status_code == 200
        return len(queries)

    return count


@pytest.fixture
def statements_of():
    """A function that gives what a step asks of the database, without the marks of the test's own transaction."""

    def asked(step: Callable[[], object]) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            step()
        marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        return [query["sql"] for query in queries if not query["sql"].startswith(marks)]

    return asked


@pytest.fixture(autouse=True)
def _a_broker_that_answers_again():
    """One test's silent broker is no other's."""
    bells._Broker.deaf_until = 0.0
