"""A site as large as a country's: 200 communities, 50,000 people and 150,000 memberships, for measuring."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import TypeVar

from django.db.models import Model

from members.finding_words import folded, write_new
from members.models import Community, Membership, Organisation, User
from members.profile_models import Profile
from members.roles import Role

COMMUNITIES, PEOPLE, MEMBERSHIPS, ORGANISATIONS = 200, 50_000, 150_000, 500
BATCH = 5_000
FIRST = ("Ada", "Bo", "Cyrine", "Dag", "Elif", "Fatou", "Goran", "Hana", "Ines", "Jun", "Kofi", "Lena", "Mei", "Nour")
LAST = ("Berg", "Costa", "Diallo", "Evans", "Fischer", "Gupta", "Haddad", "Ito", "Jensen", "Kaya", "Lopez", "Mbeki")
PLACES = ("Kisumu", "Porto", "Bergen", "Hue", "Tartu", "Sucre", "Leeds", "Tavira")
SKILLS = ("offprints", "cold chains", "mould", "vaccination", "guest books", "cataloguing", "seed banks")
Row = TypeVar("Row", bound=Model)


def build(at: datetime, *, seed: int = 1) -> bool:
    """Make the large site beside what is there; False where it was made before."""
    if Community.objects.filter(slug="scale-1").exists():
        return False
    random = Random(seed)  # noqa: S311 — made-up people, not secrets
    _insert(Organisation(name=f"Institute {number}") for number in range(1, ORGANISATIONS + 1))
    organisations = list(Organisation.objects.filter(name__startswith="Institute ").values_list("pk", flat=True))
    _insert(_people(random, organisations))
    people = list(User.objects.filter(email__endswith="@scale.example.org").order_by("pk").values_list("pk", flat=True))
    _insert(_profiles(random, people))
    for start in range(0, len(people), BATCH):
        rows = User.objects.filter(pk__in=people[start : start + BATCH])
        write_new(rows.select_related("organisation", "profile"))
    _insert(_communities(random))
    communities = list(Community.objects.filter(slug__startswith="scale-").order_by("pk").values_list("pk", flat=True))
    _insert(_memberships(random, people, communities, at))
    return True


def _insert(rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, BATCH)):
        type(batch[0])._default_manager.bulk_create(batch)


def _people(random: Random, organisations: list[int]) -> Iterator[User]:
    for number in range(1, PEOPLE + 1):
        yield User(
            email=f"p{number}@scale.example.org",
            display_name=f"{random.choice(FIRST)} {random.choice(LAST)} {number}",
            organisation_id=random.choice(organisations),
            password="!",  # noqa: S106 — nobody signs in with it
        )


def _profiles(random: Random, people: list[int]) -> Iterator[Profile]:
    for person in people:
        place, skill = random.choice(PLACES), random.choice(SKILLS)
        yield Profile(user_id=person, place=place, found_by_sharing=folded(f"{place}\n{skill}"))


def _communities(random: Random) -> Iterator[Community]:
    for number in range(1, COMMUNITIES + 1):
        yield Community(
            name=f"Practice {number}",
            slug=f"scale-{number}",
            purpose=f"People of {random.choice(PLACES)} who get better at {random.choice(SKILLS)}.",
            place=random.choice(PLACES),
        )


def _memberships(random: Random, people: list[int], communities: list[int], at: datetime) -> Iterator[Membership]:
    """Three each: some communities are large, most are small."""
    weights = [1 / (place + 1) for place in range(len(communities))]
    for person in people:
        chosen: set[int] = set()
        while len(chosen) < MEMBERSHIPS // PEOPLE:
            chosen.update(random.choices(communities, weights, k=1))
        for community in chosen:
            role = Role.FACILITATOR if random.random() < 0.005 else Role.MEMBER
            joined = at - timedelta(minutes=random.randrange(500_000))
            yield Membership(user_id=person, community_id=community, role=role, joined_at=joined)
