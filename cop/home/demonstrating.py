"""The demo: three communities with two years of posts, from the files in `demo/`, dated back from the day it is made.

What is there already is left as it is, so a second run makes only what is missing. Nobody is mailed.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from blogs import publishing
from blogs.models import Blog, Post, PostRevision, PostState
from cop.home import (
    demonstrating_agreements,
    demonstrating_care,
    demonstrating_events,
    demonstrating_readers,
    demonstrating_rhythm,
    demonstrating_topics,
)
from cop.markup.rendering import render
from members import founding
from members.finding_words import write_new
from members.models import Community, Membership, MembershipState, Organisation, User
from members.profile_models import Seen
from members.profiling import FIELDS, save_profile
from members.roles import Role

FILES = Path(__file__).parent / "demo"
HOST = "example.org"
PASSWORD = "demo-demo-demo"  # noqa: S105 - a demo's password is told to everybody
FENCE = "+++\n"


@dataclass(frozen=True)
class Written:
    """A post as its file has it; `days` is how long before the demo was made it was published, or is to be."""

    community: str
    blog: str
    name: str
    title: str
    author: str
    days: int
    tags: list[str]
    body: str
    state: str = PostState.PUBLISHED

    def moment(self, at: datetime) -> datetime:
        """Give when it was published, in the working hours of that day."""
        day = at - timedelta(days=self.days)
        return day.replace(hour=8 + len(self.name) % 9, minute=7 * len(self.title) % 60, second=0, microsecond=0)


@dataclass(frozen=True)
class Built:
    """How many of each a run has made."""

    people: int
    communities: int
    posts: int
    readers: int


def build(at: datetime) -> Built:
    """Make what is missing of the demo as if it had gone on for two years until `at`; tell how much that was."""
    people, new_people = invite_people(read("people.toml"))
    communities = read("communities.toml")["communities"]
    new_communities = sum(found(slug, plan, people=people, at=at) for slug, plan in communities.items())
    blogs = open_blogs(communities)
    slugs = {community for community, _blog in blogs}
    demonstrating_topics.talk(read("topics.toml"), slugs=slugs, people=people, at=at)
    demonstrating_rhythm.keep_time(_ours(read("rhythm.toml"), blogs), people=people, at=at)
    demonstrating_events.meet(_ours(read("events.toml"), blogs), people=people, at=at)
    demonstrating_agreements.agree(_ours(read("agreements.toml"), blogs), people=people, at=at)
    posts = write_posts(blogs, people=people, at=at)
    demonstrating_care.flag(_ours(read("care.toml"), blogs), people=people, at=at)
    return Built(
        people=new_people,
        communities=new_communities,
        posts=posts,
        readers=demonstrating_readers.gather(read("readers.toml"), blogs=blogs, at=at),
    )


def _ours(plans: dict[str, Any], blogs: "Blogs") -> dict[str, Any]:
    """Give the plans for communities that are the demo's own."""
    return {slug: plan for slug, plan in plans.items() if any(slug == community for community, _blog in blogs)}


def read(name: str) -> dict[str, Any]:
    """Give what one of the demo's TOML files holds."""
    return tomllib.loads((FILES / name).read_text(encoding="utf-8"))


def addresses() -> list[str]:
    """Give the addresses of the demo's accounts."""
    return [f"{key}@{HOST}" for key in read("people.toml")["people"]]


def written() -> list[Written]:
    """Give all posts of the demo, the oldest first."""
    posts = [_parse(path) for path in (FILES / "posts").glob("*/*/*.md")]
    return sorted(posts, key=lambda post: (-post.days, post.name))


def _parse(path: Path) -> Written:
    _nothing, head, body = path.read_text(encoding="utf-8").split(FENCE, 2)
    community, blog = path.parts[-3:-1]
    return Written(community=community, blog=blog, name=path.stem, body=body.strip() + "\n", **tomllib.loads(head))


SAYS_NOTHING = {
    **dict.fromkeys(("pronunciation", "job", "place", "languages", "about"), ""),
    "links": [],
    "ask_about": [],
    "learning": [],
    "is_glad_to_be_asked": True,
    "is_unlisted": False,
    "known_to": Seen.SIGNED_IN,
}


# --- People -------------------------------------------------------------------------------------------------------


@transaction.atomic
def invite_people(files: Mapping[str, Any]) -> tuple[dict[str, User], int]:
    """Make the accounts that are missing, with proven addresses; give all by key, and how many are new."""
    plans: dict[str, dict[str, Any]] = files["people"]
    emails = {f"{key}@{HOST}": key for key in plans}
    known = set(User.objects.filter(email__in=emails).values_list("email", flat=True))
    missing = {key: plan for email, key in emails.items() if email not in known for plan in [plans[key]]}
    if missing:
        _make_accounts(missing, _organisations(files["organisations"]))
    users = {emails[user.email]: user for user in User.objects.filter(email__in=emails)}
    return users, len(missing)


def _organisations(plans: Mapping[str, dict[str, str]]) -> dict[str, Organisation]:
    made = [
        Organisation(**plan, special_html=render(plan.get("special", "")).html, is_public="special" in plan)
        for plan in plans.values()
    ]
    Organisation.objects.bulk_create(made, ignore_conflicts=True)
    by_name = {row.name: row for row in Organisation.objects.filter(name__in=[plan["name"] for plan in plans.values()])}
    return {key: by_name[plan["name"]] for key, plan in plans.items()}


def _make_accounts(plans: Mapping[str, dict[str, Any]], organisations: Mapping[str, Organisation]) -> None:
    # Hashing is slow on purpose; thirty accounts with one known password share one hash.
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            email=f"{key}@{HOST}",
            password=password,
            display_name=plan["name"],
            timezone=plan["timezone"],
            has_confirmed_timezone=True,
            organisation=organisations[plan["organisation"]],
            # A password that everybody knows must not open a real site's administration.
            is_staff=plan.get("staff", False) and settings.IS_DEVELOPMENT,
        )
        for key, plan in plans.items()
    )
    write_new(users)
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    for user, plan in zip(users, plans.values(), strict=True):
        if said := plan.get("profile"):
            save_profile(user, {**SAYS_NOTHING, **said}, seen_by=dict.fromkeys(FIELDS, Seen.SIGNED_IN))


# --- Communities --------------------------------------------------------------------------------------------------


def found(slug: str, plan: Mapping[str, Any], *, people: Mapping[str, User], at: datetime) -> bool:
    """Start a community with its people, unless there is one at this address; tell whether it is new."""
    if Community.objects.filter(slug=slug).exists():
        return False
    told = ("name", "purpose", "pressing_issue", "accent", "audience", "join_rule", "stage", "place")
    community = Community(slug=slug, **{name: plan[name] for name in told})
    founded_at = at - timedelta(days=plan["days"])
    with transaction.atomic():
        founding.found(community, by=people[plan["facilitators"][0]])
        community.tags.set(plan["tags"])
        Membership.objects.bulk_create(_memberships(community, plan, people, at), ignore_conflicts=True)
        community.memberships.facilitating().update(joined_at=founded_at)
        Community.objects.filter(pk=community.pk).update(created_at=founded_at)
    return True


def _memberships(
    community: Community, plan: Mapping[str, Any], people: Mapping[str, User], at: datetime
) -> list[Membership]:
    """Give the community's memberships; members came in one after the other, somebody asked yesterday."""
    roles = {
        **dict.fromkeys(plan["facilitators"][1:], Role.FACILITATOR),
        **dict.fromkeys(plan["members"], Role.MEMBER),
        **dict.fromkeys(plan["sponsors"], Role.SPONSOR),
    }
    active = [
        Membership(
            community=community, user=people[key], role=role, joined_at=at - timedelta(days=plan["days"] - 9 * number)
        )
        for number, (key, role) in enumerate(roles.items())
    ]
    asked = [
        Membership(
            community=community, user=people[key], state=MembershipState.REQUESTED, joined_at=at - timedelta(days=1)
        )
        for key in plan["requested"]
    ]
    return active + asked


Blogs = dict[tuple[str, str], Blog]


def open_blogs(communities: Mapping[str, Any]) -> Blogs:
    """Give the demo's blogs by the addresses of community and blog; those that are missing are made.

    Somebody else's community at the address of one of ours is left alone.
    """
    ours = Community.objects.alive().filter(slug__in=communities, memberships__user__email__in=addresses())
    return {
        (community.slug, slug): Blog.objects.get_or_create(community=community, slug=slug, defaults=plan)[0]
        for community in ours.distinct()
        for slug, plan in communities[community.slug]["blogs"].items()
    }


# --- Posts --------------------------------------------------------------------------------------------------------


def write_posts(blogs: Blogs, *, people: Mapping[str, User], at: datetime) -> int:
    """Write and publish what is missing, in the order of its dates; give how many posts that were."""
    # A title may be changed later, the first revision's never is.
    first = PostRevision.objects.filter(version=1, post__blog__in=blogs.values())
    there = set(first.values_list("post__blog", "title"))
    count = 0
    for post in written():
        blog = blogs.get((post.community, post.blog))
        if blog and (blog.pk, post.title) not in there:
            write(post, blog=blog, by=people[post.author], at=at)
            count += 1
    return count


@transaction.atomic
def write(post: Written, *, blog: Blog, by: User, at: datetime) -> Post:
    """Write one post, dated back; published or scheduled as its file says, and mailed to nobody."""
    row = publishing.save_post(Post(blog=blog, author=by), title=post.title, body=post.body, by=by, tags=post.tags)
    moment = post.moment(at)
    if moment > at:
        publishing.schedule(row, by=by, at=moment)
    elif post.state == PostState.PUBLISHED:
        publishing.publish(row, by=by, at=moment, is_mailed=False)
    changed_at = min(moment, at - timedelta(days=1))
    Post.objects.filter(pk=row.pk).update(created_at=changed_at, updated_at=changed_at)
    row.revisions.update(at=changed_at)
    return row
