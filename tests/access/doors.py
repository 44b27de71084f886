"""The table: for each named URL, who gets in by looking (GET) and by doing (POST).

What one may not know of answers 404, what one may see but not do 403 with a sentence, and who is not signed in is asked
to sign in. A URL that stands in no list here fails the test: say who may before it goes live.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from blogs.models import Blog, DraftShare, Post
from blogs.sources import FeedSource, SourceUse
from cop.files.models import File
from cop.notifications.followables import find
from cop.notifications.models import Activity, ByHand, Subscription
from tests.access.people import EVERYBODY, INSIDE, World
from tests.factories import ActivityFactory, PostFactory, SubscriptionFactory

NOBODY: tuple[str, ...] = ()
SIGNED_IN = tuple(person for person in EVERYBODY if person != "visitor")
FACILITATORS = ("facilitator", "staff")
Arguments = Callable[[World], list[Any]]


def of_community(world: World) -> list[Any]:
    return [world.community.slug]


@dataclass(frozen=True)
class Door:
    """Who gets in; `None` for a method says that the URL does not take it (405).

    `inside`: the page belongs to the community, so who may not read the community finds nothing.
    `asks_to_sign_in`: a visitor is sent to the sign-in page before anything else.
    `knows_no_session`: everybody is a visitor here, as feed readers are.
    """

    arguments: Arguments = field(default=lambda world: [])
    get: tuple[str, ...] | None = EVERYBODY
    post: tuple[str, ...] | None = None
    inside: bool = True
    asks_to_sign_in: bool = True
    knows_no_session: bool = False
    data: dict[str, str] = field(default_factory=dict)
    missing: bool = False


def reading(arguments: Arguments, who: tuple[str, ...] = EVERYBODY, *, inside: bool = True) -> Door:
    """A page to read; nothing can be posted to it."""
    return Door(arguments, get=who, inside=inside, asks_to_sign_in=who != EVERYBODY)


def form(arguments: Arguments, who: tuple[str, ...], *, inside: bool = True) -> Door:
    """A page with a form."""
    return Door(arguments, get=who, post=who, inside=inside)


def button(arguments: Arguments, who: tuple[str, ...], *, inside: bool = True, **data: str) -> Door:
    """Something done by one button: POST alone."""
    return Door(arguments, get=None, post=who, inside=inside, data=data)


def of_membership(world: World) -> list[Any]:
    member = world.people["member"]
    return [world.community.slug, world.community.memberships.get(user=member).pk]


def of_invitation(world: World) -> list[Any]:
    return [world.community.slug, _invitation(world).pk]


def of_invitation_token(world: World) -> list[Any]:
    return [_invitation(world).token]


def _invitation(world: World) -> Any:
    invitation, _made = world.community.invitations.get_or_create(
        email="new@example.org",
        defaults={"token": f"token-{world.community.pk}", "expires_at": timezone.now() + timedelta(days=1)},
    )
    return invitation


def of_blog_followed(world: World) -> list[Any]:
    return ["blog", _blog(world).pk]


def of_readers(world: World) -> list[Any]:
    return [world.community.slug, "blog", _blog(world).pk]


def of_by_hand(world: World) -> list[Any]:
    return [*of_readers(world), _by_hand(world).pk]


def of_by_hand_token(world: World) -> list[Any]:
    return [_by_hand(world).token]


def of_mail_token(world: World) -> list[Any]:
    return [_subscription(world).token]


def of_subscription(world: World) -> list[Any]:
    return [_subscription(world).token, _subscription(world).pk]


def of_activity(world: World) -> list[Any]:
    activity = Activity.objects.filter(community=world.community).first()
    activity = activity or ActivityFactory(thing=find("blog", _blog(world).pk))
    return [*of_subscription(world), activity.pk]


def _blog(world: World) -> Blog:
    given = {"name": "News", "audience": world.community.audience}
    blog, _made = Blog.objects.get_or_create(community=world.community, slug="doors", defaults=given)
    return blog


def of_blog(world: World) -> list[Any]:
    return [world.community.slug, _blog(world).slug]


def of_source(world: World) -> list[Any]:
    source, _made = FeedSource.objects.get_or_create(url="https://journal.example/feed")
    use, _made = SourceUse.objects.get_or_create(blog=_blog(world), source=source)
    return [*of_blog(world), use.pk]


def of_feed(world: World) -> list[Any]:
    return [*of_blog(world), "atom"]


def of_tag(world: World) -> list[Any]:
    _post(world)
    return [*of_blog(world), "books"]


def of_post(world: World) -> list[Any]:
    return [*of_blog(world), _post(world).pk]


def of_post_page(world: World) -> list[Any]:
    return [*of_post(world), _post(world).slug]


def of_share(world: World) -> list[Any]:
    shared, _made = DraftShare.objects.get_or_create(post=_post(world), user=world.people["sponsor"])
    return [*of_post(world), shared.pk]


def of_file(world: World) -> list[Any]:
    given = {"audience": world.community.audience, "name": "a.webp", "width": 1, "height": 1, "digest": "d"}
    file, _made = File.objects.get_or_create(community=world.community, defaults=given)
    if not file.content:
        file.content.save("a.webp", ContentFile(b"RIFF"))
    return [file.pk, file.name]


def _post(world: World) -> Post:
    """A published post of the facilitator's."""
    author = world.people["facilitator"]
    found = Post.objects.filter(blog=_blog(world)).first()
    return found or PostFactory(blog=_blog(world), author=author, title="Doors", tags=["books"])


def _subscription(world: World) -> Subscription:
    row = Subscription.objects.filter(community=world.community).first()
    thing = find("blog", _blog(world).pk)
    return row or SubscriptionFactory(thing=thing, subscriber__user=world.people["member"])


def _by_hand(world: World) -> ByHand:
    given = {"community": world.community, "address": "old@example.net"}
    entry, _made = ByHand.objects.get_or_create(thing_kind="blog", thing_id=_blog(world).pk, defaults=given)
    return entry


def with_link(arguments: Arguments, *, get: bool = True, post: bool = True) -> Door:
    """A page for whoever holds the secret link of a mail."""
    who = EVERYBODY
    return Door(arguments, get=who if get else None, post=who if post else None, inside=False, asks_to_sign_in=False)


def feed(arguments: Arguments) -> Door:
    """What a feed reader fetches."""
    return Door(arguments, get=EVERYBODY, asks_to_sign_in=False, knows_no_session=True)


def for_everybody(arguments: Arguments) -> Door:
    return reading(arguments, inside=False)


DOORS: dict[str, Door] = {
    # What belongs to nobody
    "accent": for_everybody(lambda world: ["2f6f5e"]),
    "styleguide": for_everybody(lambda world: []),
    "robots": for_everybody(lambda world: []),
    "sitemap": for_everybody(lambda world: ["posts"]),
    "sitemap-index": for_everybody(lambda world: []),
    "home:health-live": for_everybody(lambda world: []),
    "home:health-ready": for_everybody(lambda world: []),
    "mail:mailbox": for_everybody(lambda world: []),
    "mail:mailbox-show": Door(lambda world: ["gone"], get=NOBODY, inside=False, asks_to_sign_in=False, missing=True),
    "mail:mailbox-html": Door(lambda world: ["gone"], get=NOBODY, inside=False, asks_to_sign_in=False, missing=True),
    "markup:preview": Door(get=None, post=SIGNED_IN, inside=False, asks_to_sign_in=False),
    "files:file-show": reading(of_file),
    "files:image-add": button(of_community, ("member", "facilitator", "staff")),
    # Blogs
    "blogs:blogs": reading(of_community),
    "blogs:blog-add": form(of_community, FACILITATORS),
    "blogs:blog": reading(of_blog),
    "blogs:blog-edit": form(of_blog, FACILITATORS),
    "blogs:blog-feed": feed(of_feed),
    "blogs:tag": reading(of_tag),
    "blogs:tag-feed": feed(lambda world: [*of_tag(world), "atom"]),
    "blogs:community-feed": feed(lambda world: [world.community.slug, "atom"]),
    "blogs:archive-year": reading(lambda world: [*of_blog(world), 2026]),
    "blogs:archive-month": reading(lambda world: [*of_blog(world), 2026, 11]),
    "blogs:post": reading(of_post_page),
    "blogs:post-add": form(of_blog, FACILITATORS),
    "blogs:post-edit": form(of_post, FACILITATORS),
    "blogs:post-history": reading(of_post, FACILITATORS),
    "blogs:post-publish": button(of_post, FACILITATORS),
    "blogs:post-schedule": button(of_post, FACILITATORS),
    "blogs:post-unschedule": button(of_post, FACILITATORS),
    "blogs:post-withdraw": button(of_post, FACILITATORS),
    "blogs:post-share": button(of_post, FACILITATORS),
    "blogs:post-unshare": button(of_share, FACILITATORS),
    "blogs:new-draft-keep": button(of_blog, FACILITATORS),
    "blogs:new-draft-discard": button(of_blog, FACILITATORS),
    "blogs:draft-keep": button(of_post, FACILITATORS),
    "blogs:draft-discard": button(of_post, FACILITATORS),
    "blogs:mailing-progress": reading(of_post, FACILITATORS),
    "blogs:mailing-pause": button(of_post, FACILITATORS),
    "blogs:mailing-resume": button(of_post, FACILITATORS),
    "blogs:feed-keys": reading(lambda world: [], SIGNED_IN, inside=False),
    "blogs:feed-key-renew": button(lambda world: [], SIGNED_IN, inside=False),
    # The site and its communities
    "home:site": reading(lambda world: [], inside=False),
    "home:community": reading(of_community),
    "members:community-add": form(lambda world: [], SIGNED_IN, inside=False),
    "members:community-edit": form(of_community, FACILITATORS),
    "members:community-archive": button(of_community, FACILITATORS),
    "members:community-restore": button(of_community, FACILITATORS),
    "members:community-join": button(
        of_community, ("stranger", "facilitator elsewhere", "suspended", "left", "requested", *INSIDE)
    ),
    "members:community-ask": button(of_community, NOBODY),
    "members:community-leave": form(of_community, ("member", "sponsor", "facilitator")),
    "members:people": reading(of_community, INSIDE),
    "members:invitation-add": form(of_community, FACILITATORS),
    "members:invitation-withdraw": button(of_invitation, FACILITATORS),
    "members:membership-accept": button(of_membership, FACILITATORS),
    "members:membership-decline": button(of_membership, FACILITATORS),
    "members:membership-role": button(of_membership, FACILITATORS, role="sponsor"),
    "members:membership-suspend": button(of_membership, FACILITATORS),
    "members:membership-readmit": button(of_membership, FACILITATORS),
    "members:invitation-show": reading(of_invitation_token, inside=False),
    "members:invitation-accept": button(of_invitation_token, SIGNED_IN, inside=False),
    "members:invitation-decline": Door(
        of_invitation_token, get=None, post=EVERYBODY, inside=False, asks_to_sign_in=False
    ),
    "members:profile-edit": form(lambda world: [], SIGNED_IN, inside=False),
    # Mails: what readers change by the secret link in them, and what facilitators see of the readers
    "notifications:my-mail": reading(lambda world: [], SIGNED_IN, inside=False),
    "notifications:subscription-ask": Door(of_blog_followed, post=EVERYBODY, asks_to_sign_in=False),
    "notifications:subscription-asked": reading(of_blog_followed),
    "notifications:subscription-confirm": with_link(of_mail_token),
    "notifications:leave": with_link(of_mail_token),
    "notifications:manage": with_link(of_mail_token, post=False),
    "notifications:times-change": with_link(of_mail_token, get=False),
    "notifications:mail-pause": with_link(of_mail_token, get=False),
    "notifications:mail-resume": with_link(of_mail_token, get=False),
    "notifications:leave-all": with_link(of_mail_token, get=False),
    "notifications:mail-stop": with_link(of_mail_token, get=False),
    "notifications:mail-allow": with_link(of_mail_token, get=False),
    "notifications:subscription-pace": with_link(of_subscription, get=False),
    "notifications:subscription-leave": with_link(of_subscription, get=False),
    "notifications:subscription-return": with_link(of_subscription, get=False),
    "notifications:subscription-history": with_link(of_subscription, post=False),
    "notifications:mail-explain": with_link(of_activity, post=False),
    "notifications:by-hand-answer": with_link(of_by_hand_token, post=False),
    "notifications:by-hand-subscribe": with_link(of_by_hand_token, get=False),
    "notifications:by-hand-leave": with_link(of_by_hand_token),
    "notifications:subscribers": reading(of_readers, FACILITATORS),
    "notifications:subscribers-export": reading(of_readers, FACILITATORS),
    "notifications:subscribers-add": form(of_readers, FACILITATORS),
    "notifications:subscribers-explain": form(of_readers, FACILITATORS),
    "notifications:by-hand-list": form(of_readers, FACILITATORS),
    "notifications:by-hand-remove": button(of_by_hand, FACILITATORS),
    # Feeds that fill a blog
    "blogs:source-list": reading(of_blog, FACILITATORS),
    "blogs:source-find": form(of_blog, FACILITATORS),
    "blogs:source-add": button(of_blog, FACILITATORS),
    "blogs:source-show": reading(of_source, FACILITATORS),
    "blogs:source-edit": form(of_source, FACILITATORS),
    "blogs:source-collect": button(of_source, FACILITATORS),
    "blogs:source-pause": button(of_source, FACILITATORS),
    "blogs:source-resume": button(of_source, FACILITATORS),
    "blogs:source-remove": button(of_source, FACILITATORS),
}
