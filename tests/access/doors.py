"""The table: for each named URL, who gets in by looking (GET) and by doing (POST).

What one may not know of answers 404, what one may see but not do 403 with a sentence, and who is not signed in is asked
to sign in. A URL that stands in no list here fails the test: say who may before it goes live.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.utils import timezone

from blogs.models import Blog, DraftShare, Post
from blogs.quoted_models import QuotedPerson
from blogs.sources import FeedSource, SourceUse
from cop.agreements.models import Commitment, Proposal
from cop.files.attachment_models import Attachment
from cop.files.models import File
from cop.home.models import SetUp
from cop.home.naming_models import NamedRequest
from cop.letters.models import Conversation, LetterPolicy
from cop.letters.sending import write
from cop.mail.incoming_models import IncomingMessage
from cop.moderation.action_models import ModerationAction
from cop.moderation.flag_models import Flag
from cop.moderation.hearing import SALT as HEARING_SALT
from cop.moderation.models import Case
from cop.notifications.followables import find
from cop.notifications.models import Activity, ByHand, Subscription
from cop.notifications.push.models import Device
from cop.notifications.reader_data import SALT
from cop.notifications.rhythm_models import Beat, BeatSlot, Rest, Rhythm, Season
from discussions.archives.models import Import
from discussions.held_models import HeldText
from discussions.help_models import HelpRequest
from discussions.models import Forum, Guest, Topic
from events.calendar_models import CalendarSource, PersonalCalendar
from events.models import Event
from events.poll_models import DatePoll, DateProposal
from events.rsvp_models import Rsvp
from members.models import Community, HeldSignUp, Membership, Organisation, User
from members.organisation_models import OrganisationDomain
from members.organising import PROOF_SALT
from members.picturing import mark_of
from members.profile_models import Profile, Seen
from tests.access.people import EVERYBODY, INSIDE, World
from tests.factories import (
    ActivityFactory,
    CommitmentFactory,
    EventFactory,
    ForumFactory,
    PostFactory,
    ProposalFactory,
    SubscriptionFactory,
    reply_to,
    topic_of,
)

DAYS = {"first_day": date(2026, 12, 24), "last_day": date(2027, 1, 2)}
NOBODY: tuple[str, ...] = ()
SIGNED_IN = tuple(person for person in EVERYBODY if person != "visitor")
FACILITATORS = ("facilitator", "staff")
BELONGING = ("member", "stepped back", "sponsor", "facilitator")
PARTAKERS = ("member", "facilitator", "staff")
Arguments = Callable[[World], list[Any]]


def of_community(world: World) -> list[Any]:
    return [world.community.slug]


@dataclass(frozen=True)
class Door:
    """Who gets in; `None` for a method says that the URL does not take it (405).

    `inside`: the page belongs to the community, so who may not read the community finds nothing.
    `asks_to_sign_in`: a visitor is sent to the sign-in page before anything else.
    `knows_no_session`: everybody is a visitor here, as feed readers are.
    `secret`: who may not get in finds nothing.
    `has_audience`: of one's own, beside the community's; found by `arguments` where it is not said.
    `readers`: who may know of the thing, where the community and its audience would let more.
    `holder`: whose secret link it is; what they may read counts, whoever follows it.
    """

    arguments: Arguments = field(default=lambda world: [])
    get: tuple[str, ...] | None = EVERYBODY
    post: tuple[str, ...] | None = None
    inside: bool = True
    asks_to_sign_in: bool = True
    knows_no_session: bool = False
    data: dict[str, str] = field(default_factory=dict)
    missing: bool = False
    secret: bool = False
    has_audience: bool | None = None
    readers: tuple[str, ...] = EVERYBODY
    holder: str = ""


def reading(arguments: Arguments, who: tuple[str, ...] = EVERYBODY, *, inside: bool = True) -> Door:
    """A page to read; nothing can be posted to it."""
    return Door(arguments, get=who, inside=inside, asks_to_sign_in=who != EVERYBODY)


def form(arguments: Arguments, who: tuple[str, ...], *, inside: bool = True) -> Door:
    """A page with a form."""
    return Door(arguments, get=who, post=who, inside=inside)


def button(arguments: Arguments, who: tuple[str, ...], *, inside: bool = True, **data: str) -> Door:
    """Something done by one button: POST alone."""
    return Door(arguments, get=None, post=who, inside=inside, data=data)


def of_named_request(world: World) -> list[Any]:
    row, _new = NamedRequest.objects.get_or_create(community=world.community, name="Anna Berg")
    return [*of_community(world), row.pk]


def of_incoming(world: World) -> list[Any]:
    return [
        IncomingMessage.objects.get_or_create(digest="doors", defaults={"raw": b"Subject: x", "state": "done"})[0].pk
    ]


def of_device(world: World) -> list[Any]:
    member = world.people["member"]
    return [Device.objects.get_or_create(endpoint_digest="doors", defaults={"user": member, "name": "A browser"})[0].pk]


def of_membership(world: World) -> list[Any]:
    member = world.people["member"]
    return [world.community.slug, world.community.memberships.get(user=member).pk]


def of_held(world: World) -> list[Any]:
    """A reply of a guest that waits: facilitators alone see it, and nobody takes it back."""
    topic = Topic.objects.get(pk=of_topic(world)[1])
    guest, _made = Guest.objects.get_or_create(community=world.community, key="doors", defaults={"name": "Doors"})
    given = {"community": world.community, "body": "Wait.", "body_html": "<p>Wait.</p>", "why": "first", "via": "web"}
    return [HeldText.objects.get_or_create(topic=topic, guest=guest, defaults=given)[0].pk]


def of_held_sign_up(world: World) -> list[Any]:
    """An account that waits for site staff."""
    user, _made = User.objects.get_or_create(email="doors@throwaway.example", defaults={"is_active": False})
    return [HeldSignUp.objects.get_or_create(user=user, domain="throwaway.example")[0].pk]


def of_pen_friend(world: World) -> list[Any]:
    """Another member of a community whose members write to each other."""
    LetterPolicy.objects.get_or_create(community=world.community, defaults={"is_on": True})
    friend, _made = User.objects.get_or_create(email="friend@doors.example", defaults={"display_name": "Friend"})
    Membership.objects.get_or_create(user=friend, community=world.community)
    return [friend.pk]


def of_conversation(world: World) -> list[Any]:
    """What the member and a friend write to each other."""
    friend = User.objects.get(pk=of_pen_friend(world)[0])
    if found := Conversation.objects.filter(second=friend).first():
        return [found.pk]
    return [write(world.community, to=world.people["member"], body="Hello", by=friend).conversation_id]


def of_person(world: World) -> list[Any]:
    """Somebody who shows their page to everybody."""
    member = world.people["member"]
    Profile.objects.get_or_create(user=member, defaults={"known_to": Seen.EVERYBODY})
    return [member.pk]


def of_photo(world: World) -> list[Any]:
    """The photo of somebody who shows it to everybody."""
    [pk] = of_person(world)
    profile = Profile.objects.get(user=pk)
    profile.seen_by = {"photo": Seen.EVERYBODY}
    profile.photo.save("f00.webp", ContentFile(b"RIFF"))
    return [pk, mark_of(profile.photo)]


def of_community_logo(world: World) -> list[Any]:
    world.community.logo.save("f00.webp", ContentFile(b"RIFF"))
    return [world.community.slug, mark_of(world.community.logo)]


def of_organisation(world: World) -> list[Any]:
    """One whose page everybody may read, and which the member looks after."""
    given = {"owner": world.people["member"], "is_public": True}
    return [Organisation.objects.get_or_create(name="Doors & Sons", defaults=given)[0].pk]


def of_organisation_logo(world: World) -> list[Any]:
    found = Organisation.objects.get(pk=of_organisation(world)[0])
    found.logo.save("f00.webp", ContentFile(b"RIFF"))
    return [found.pk, mark_of(found.logo)]


def of_domain(world: World) -> list[Any]:
    [pk] = of_organisation(world)
    return [pk, OrganisationDomain.objects.get_or_create(domain="doors.example", organisation_id=pk)[0].pk]


def of_domain_proof(world: World) -> list[Any]:
    [pk] = of_organisation(world)
    return [signing.dumps([pk, "doors.example", world.people["member"].pk], salt=PROOF_SALT)]


def of_invitation(world: World) -> list[Any]:
    return [world.community.slug, _invitation(world).pk]


def of_own_invitation(world: World) -> list[Any]:
    """Whom the member asked in."""
    invitation = _invitation(world)
    invitation.invited_by, invitation.is_personal = world.people["member"], True
    invitation.save()
    return [world.community.slug, invitation.pk]


def of_invitation_token(world: World) -> list[Any]:
    return [_invitation(world).token]


def of_link(world: World) -> list[Any]:
    return [world.community.slug, _link(world).pk]


def of_link_token(world: World) -> list[Any]:
    return [_link(world).token]


def _link(world: World) -> Any:
    given = {"token": f"link-{world.community.pk}", "expires_at": timezone.now() + timedelta(days=1)}
    return world.community.open_invitations.get_or_create(community=world.community, defaults=given)[0]


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


def _reader_code(world: World, what: str) -> str:
    return signing.dumps(_subscription(world).subscriber.token, salt=f"{SALT}-{what}")


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


def of_beat_slot(world: World) -> list[Any]:
    rhythm, _made = Rhythm.objects.get_or_create(community=world.community)
    slot, _made = BeatSlot.objects.get_or_create(rhythm=rhythm, weekday=0, hour=9, defaults={"name": "Monday round"})
    return [world.community.slug, slot.pk]


def of_rest(world: World) -> list[Any]:
    return [world.community.slug, Rest.objects.get_or_create(community=world.community, **DAYS)[0].pk]


def of_season(world: World) -> list[Any]:
    return [world.community.slug, Season.objects.get_or_create(community=world.community, name="Spring", **DAYS)[0].pk]


def of_beat(world: World) -> list[Any]:
    at = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0)
    given = {"state": "sent", "covers_until": at}
    return [
        world.community.slug,
        Beat.objects.get_or_create(community=world.community, due_at=at, defaults=given)[0].pk,
    ]


def of_forum(world: World) -> list[Any]:
    return [world.community.slug, _topic(world).forum.slug]


def of_help_forum(world: World) -> list[Any]:
    """A help forum is public, also in a community that is closed."""
    given = {"community": world.community, "slug": "help"}
    found = Forum.objects.filter(**given).first() or ForumFactory(**given, audience="public", is_help=True)
    return [world.community.slug, found.slug]


def of_help_request(world: World) -> list[Any]:
    [_slug, slug] = of_help_forum(world)
    forum = Forum.objects.get(community=world.community, slug=slug)
    given = {"address": "o@example.net", "name": "Olu", "title": "How?", "body": "Like this?", "forum": forum}
    return [HelpRequest.objects.get_or_create(token=f"help-{forum.pk}", defaults=given)[0].token]


def of_topic(world: World) -> list[Any]:
    return [world.community.slug, _topic(world).pk]


def of_topic_tag(world: World) -> list[Any]:
    _topic(world).tags.set(["doors"])
    return [world.community.slug, "doors"]


def of_deleted_topic(world: World) -> list[Any]:
    forum = _topic(world).forum
    found, _made = Topic.objects.get_or_create(community=world.community, forum=forum, title="Gone")
    Topic.objects.filter(pk=found.pk).update(deleted_at=timezone.now())
    return [world.community.slug, found.pk]


def of_set_up(world: World) -> list[Any]:
    answers = {"pressing_issue": "Doors", "need": "learn", "who": "all", "organisations": "one", "facilitating": "me"}
    answers["protection"] = "limited"
    answers |= {"email": "", "line": "", "name": "Doors", "purpose": "", "slug": "", "accent": "#2f6f5e"}
    return [SetUp.objects.create(by=world.people["member"], answers=answers).pk]


def of_set_up_step(world: World) -> list[Any]:
    return [*of_set_up(world), "look"]


def of_set_up_handed_in(world: World) -> list[Any]:
    found = of_set_up(world)
    SetUp.objects.filter(pk=found[0]).update(submitted_at=timezone.now())
    return found


def of_import(world: World) -> list[Any]:
    forum = _topic(world).forum
    run, _made = Import.objects.get_or_create(forum=forum, name="list.mbox", defaults={"state": "done"})
    return [*of_forum(world), run.pk]


def of_message(world: World) -> list[Any]:
    found = _topic(world).replies.order_by("-path").first()
    found.message_id = f"{found.pk}@lists.example.org"
    found.save()
    return [found.message_id]


def of_reply(world: World) -> list[Any]:
    return [_topic(world).replies.order_by("-path").first().pk]


def _topic(world: World) -> Topic:
    found = Topic.objects.filter(community=world.community, slug="doors").select_related("forum").first()
    if found is None:
        given = {"audience": world.community.audience}
        forum = ForumFactory(community=world.community, slug="doors", **given)
        by = world.people["sponsor"]  # Who wrote it here may do nothing with it: what remains is what the role may.
        found = topic_of(forum, by=by, title="Doors", kind="question")
        reply_to(found, by=by)
    return found


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


def of_quoted(world: World) -> list[Any]:
    post = of_post(world)
    person, _new = QuotedPerson.objects.get_or_create(
        post_id=post[-1], label="A colleague", defaults={"token": "doors"}
    )
    return [*post, person.pk]


def of_share(world: World) -> list[Any]:
    shared, _made = DraftShare.objects.get_or_create(post=_post(world), user=world.people["sponsor"])
    return [*of_post(world), shared.pk]


def of_file(world: World) -> list[Any]:
    given = {"audience": world.community.audience, "name": "a.webp", "width": 1, "height": 1, "digest": "d"}
    file, _made = File.objects.get_or_create(community=world.community, defaults=given)
    if not file.content:
        file.content.save("a.webp", ContentFile(b"RIFF"))
    return [file.pk, file.name]


def of_attachment(world: World) -> list[Any]:
    given = {"audience": world.community.audience, "name": "a.pdf", "size": 5, "digest": "d"}
    made, _made = Attachment.objects.get_or_create(community=world.community, defaults=given)
    if not made.content:
        made.content.save("a.pdf", ContentFile(b"%PDF-"))
    return [made.pk, made.name]


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


def of_commitment(world: World) -> list[Any]:
    """Something that the member promised."""
    found = Commitment.objects.filter(community=world.community).first()
    found = found or CommitmentFactory(community=world.community, person=world.people["member"])
    return [world.community.slug, found.pk]


def of_case(world: World) -> list[Any]:
    """Something that waits, of a kind that no app knows: all that can be done is to put it away."""
    found = Case.objects.open().filter(community=world.community, kind="doors").first()
    found = found or Case.objects.create(community=world.community, kind="doors", thing_id=world.community.pk)
    return [world.community.slug, found.pk]


def of_flagged(world: World) -> list[Any]:
    """What the member has started, which its readers can flag."""
    return ["topic", of_topic(world)[1]]


def of_flagged_person(world: World) -> list[Any]:
    """Somebody whom everybody in the community can flag."""
    return ["person", Membership.objects.get(community=world.community, user=world.people["facilitator"]).pk]


def of_visitors_flag(world: World) -> list[Any]:
    """The secret page of a visitor's flag."""
    kind, number = of_flagged(world)
    given = {"community": world.community, "kind": kind, "thing_id": number, "title": "Doors", "reason": "other"}
    return [Flag.objects.get_or_create(code=f"doors-{world.community.pk}", defaults=given)[0].code]


def of_flag_to_hear_of(world: World) -> list[Any]:
    """The link in the mail that asks whether an address is the visitor's."""
    flag = Flag.objects.get(code=of_visitors_flag(world)[0])
    return [signing.dumps(flag.pk, salt=HEARING_SALT)]


def of_action(world: World) -> list[Any]:
    """What a facilitator did to something of the member's."""
    given = {"title": "Doors", "office": "facilitator", "told_at": timezone.now(), "seen_at": timezone.now()}
    found = ModerationAction.objects.filter(community=world.community).first()
    found = found or ModerationAction.objects.create(
        community=world.community, what="hidden", kind="topic", thing_id=1, about=world.people["member"], **given
    )
    return [found.pk]


def of_proposal(world: World) -> list[Any]:
    """Something that the member proposed."""
    found = Proposal.objects.filter(community=world.community).first()
    found = found or ProposalFactory(community=world.community, proposer=world.people["member"])
    return [world.community.slug, found.pk]


def _event(world: World, **more: Any) -> Event:
    """A weekly event of the facilitator's that everybody who reads it may answer."""
    Community.objects.filter(pk=world.community.pk).update(tools=["blogs", "events"])
    title = more.pop("title", "Doors")
    found = Event.objects.filter(community=world.community, title=title).first()
    given = {"community": world.community, "audience": world.community.audience, "rule": "FREQ=WEEKLY;COUNT=3"}
    return found or EventFactory(**{**given, "title": title, "answerers": "readers", **more})


def of_calendar(world: World) -> list[Any]:
    _event(world)
    return [world.community.slug]


def of_month(world: World) -> list[Any]:
    return [*of_calendar(world), 2026, 11]


def of_event(world: World) -> list[Any]:
    return [world.community.slug, _event(world).pk]


def of_draft(world: World) -> list[Any]:
    return [world.community.slug, _event(world, title="Draft", state="draft").pk]


def of_occurrence(world: World) -> list[Any]:
    return [*of_event(world), _event(world).occurrences.order_by("starts_at")[0].pk]


def _rsvp(world: World) -> Rsvp:
    given = {"answer": "coming", "confirmed_at": timezone.now()}
    row = _event(world).occurrences.order_by("starts_at")[0]
    return Rsvp.objects.get_or_create(occurrence=row, user=world.people["member"], defaults=given)[0]


def of_rsvp(world: World) -> list[Any]:
    return [*of_occurrence(world), _rsvp(world).pk]


def of_answer(world: World) -> list[Any]:
    return [_rsvp(world).token, _rsvp(world).occurrence_id]


def of_check_in(world: World) -> list[Any]:
    _event(world).occurrences.update(check_in_key="key-of-the-door")
    return [*of_occurrence(world), "key-of-the-door"]


def of_calendar_key(world: World) -> list[Any]:
    _event(world)
    given = {"key": f"key-{world.community.pk}"}
    return [PersonalCalendar.objects.get_or_create(user=world.people["member"], defaults=given)[0].key]


def of_calendar_source(world: World) -> list[Any]:
    source, _made = CalendarSource.objects.get_or_create(community=world.community, name="old.ics")
    return [*of_calendar(world), source.pk]


def of_poll(world: World) -> list[Any]:
    given = {"title": "When?", "timezone": "UTC", "created_by": world.people["facilitator"]}
    poll = DatePoll.objects.filter(community=world.community).first()
    poll = poll or DatePoll.objects.create(community=world.community, **given)
    if not poll.proposals.exists():
        DateProposal.objects.create(poll=poll, starts_at=timezone.now().replace(microsecond=0))
    return [*of_calendar(world), poll.pk]


def of_date_proposal(world: World) -> list[Any]:
    arguments = of_poll(world)
    return [*arguments, DateProposal.objects.get(poll=arguments[-1]).pk]


def of_forum_file(world: World) -> list[Any]:
    return [*of_forum(world), "mbox"]


def of_topic_file(world: World) -> list[Any]:
    return [*of_topic(world), "jsonl"]


def of_topic_page(world: World) -> list[Any]:
    return [*of_topic(world), "doors"]


def of_branch(world: World) -> list[Any]:
    return [*of_topic(world), *of_reply(world)]


def of_tag_feed(world: World) -> list[Any]:
    return [*of_tag(world), "atom"]


def of_year(world: World) -> list[Any]:
    return [*of_blog(world), 2026]


def of_month_of_posts(world: World) -> list[Any]:
    return [*of_year(world), 11]


def of_own_activity(world: World) -> list[Any]:
    return of_activity(world)[-1:]


def with_link(arguments: Arguments, *, get: bool = True, post: bool = True, holder: str = "") -> Door:
    """A page for whoever holds the secret link of a mail."""
    who = {"get": EVERYBODY if get else None, "post": EVERYBODY if post else None}
    return Door(arguments, **who, inside=False, asks_to_sign_in=False, holder=holder)


def feed(arguments: Arguments) -> Door:
    """What a feed reader fetches."""
    return Door(arguments, get=EVERYBODY, asks_to_sign_in=False, knows_no_session=True)


def for_everybody(arguments: Arguments) -> Door:
    return reading(arguments, inside=False)


# What has an audience of its own, and all that is in it: there, the community's may be wider.
WITH_AN_AUDIENCE: tuple[Arguments, ...] = (
    of_blog, of_feed, of_tag, of_post, of_post_page, of_share, of_source, of_file, of_attachment,
    of_forum, of_topic, of_reply, of_deleted_topic, of_import, of_message,
    of_event, of_occurrence, of_rsvp, of_check_in, of_poll, of_date_proposal,
    of_commitment, of_proposal, of_blog_followed, of_readers, of_by_hand,
    of_answer, of_activity, of_own_activity, of_topic_page, of_topic_file, of_forum_file, of_branch, of_tag_feed,
    of_year, of_month_of_posts, of_topic_tag, of_quoted,
)  # fmt: skip


def of_a_thing(door: Door) -> bool:
    """Whether what the door leads to has an audience of its own."""
    return door.arguments in WITH_AN_AUDIENCE if door.has_audience is None else door.has_audience


DOORS: dict[str, Door] = {
    # What belongs to nobody
    "accent": for_everybody(lambda world: ["2f6f5e"]),
    "styleguide": for_everybody(lambda world: []),
    "robots": for_everybody(lambda world: []),
    "manifest": for_everybody(lambda world: []),
    "security-txt": Door(get=NOBODY, inside=False, asks_to_sign_in=False, missing=True),
    "sitemap": for_everybody(lambda world: ["posts"]),
    "sitemap-index": for_everybody(lambda world: []),
    "home:privacy": reading(lambda world: [], inside=False),
    "home:health-live": for_everybody(lambda world: []),
    "home:health-ready": for_everybody(lambda world: []),
    "mail:mailbox": for_everybody(lambda world: []),
    "mail:mailbox-show": Door(lambda world: ["gone"], get=NOBODY, inside=False, asks_to_sign_in=False, missing=True),
    "privacy:records": reading(lambda world: [], ("staff",), inside=False),
    "privacy:cleanings": reading(lambda world: [], ("staff",), inside=False),
    "incoming:messages": reading(lambda world: [], ("staff",), inside=False),
    "incoming:message": reading(of_incoming, ("staff",), inside=False),
    "incoming:message-again": button(of_incoming, ("staff",), inside=False),
    "incoming:held": Door(
        lambda world: ["gone"], get=NOBODY, post=NOBODY, inside=False, asks_to_sign_in=False, missing=True
    ),
    "incoming:held-discard": Door(
        lambda world: ["gone"], get=None, post=NOBODY, inside=False, asks_to_sign_in=False, missing=True
    ),
    "mail:mailbox-html": Door(lambda world: ["gone"], get=NOBODY, inside=False, asks_to_sign_in=False, missing=True),
    "markup:preview": Door(get=None, post=SIGNED_IN, inside=False, asks_to_sign_in=False),
    "markup:emoji": for_everybody(lambda world: []),
    "files:file-show": reading(of_file),
    "files:attachment-add": button(of_community, ("member", "facilitator", "staff")),
    "files:attachment-fetch": reading(of_attachment),
    "files:image-add": button(of_community, ("member", "facilitator", "staff")),
    # A community's life as a whole
    "home:set-up": form(lambda world: [], SIGNED_IN, inside=False),
    "home:set-up-review": Door(of_set_up, get=("member",), inside=False, secret=True),
    "home:set-up-step": Door(of_set_up_step, get=("member",), post=("member",), inside=False, secret=True),
    "home:set-up-finish": Door(of_set_up, get=None, post=("member",), inside=False, secret=True),
    "home:set-up-discard": Door(of_set_up, get=None, post=("member",), inside=False, secret=True),
    "home:set-ups-waiting": reading(lambda world: [], ("staff",), inside=False),
    "home:set-up-approve": button(of_set_up_handed_in, ("staff",), inside=False),
    "home:set-up-decline": form(of_set_up_handed_in, ("staff",), inside=False),
    "home:about": reading(of_community),
    "home:about-edit": form(of_community, FACILITATORS),
    "home:tools": reading(of_community, FACILITATORS),
    "home:tool-set": button(of_community, FACILITATORS, on="blogs"),
    "home:welcome": form(of_community, FACILITATORS),
    "home:stage": form(of_community, FACILITATORS),
    "home:issue": form(of_community, FACILITATORS),
    "home:close": form(of_community, FACILITATORS),
    "home:open-again": button(of_community, NOBODY),
    "home:parts": reading(of_community),
    # Discussions
    "discussions:discussions": reading(of_community),
    "discussions:topics-deleted": reading(of_community, FACILITATORS),
    "discussions:topic-bring-back": button(of_deleted_topic, FACILITATORS),
    "discussions:community-export": reading(lambda world: [world.community.slug, "jsonl"], FACILITATORS),
    "discussions:forum-add": form(of_community, FACILITATORS),
    "discussions:forum": reading(of_forum),
    "discussions:forum-edit": form(of_forum, FACILITATORS),
    "discussions:help-ask": Door(of_help_forum, post=EVERYBODY, inside=False, asks_to_sign_in=False),
    "discussions:help-confirm": Door(of_help_request, post=EVERYBODY, inside=False, asks_to_sign_in=False),
    "discussions:could-help": form(of_topic, FACILITATORS),
    "discussions:topic-add": form(of_forum, PARTAKERS),
    "discussions:imports": form(of_forum, FACILITATORS),
    "discussions:import": reading(of_import, FACILITATORS),
    "discussions:import-set": button(of_import, FACILITATORS, what="pause"),
    "discussions:forum-export": reading(of_forum_file, FACILITATORS),
    "discussions:topic-export": reading(of_topic_file, SIGNED_IN),
    "discussions:topic-adopt": form(of_topic, FACILITATORS),
    "discussions:message": reading(of_message),
    "discussions:claim": form(lambda world: [], SIGNED_IN, inside=False),
    "discussions:topic": reading(of_topic_page),
    "discussions:reply-add": form(of_topic, PARTAKERS),
    "discussions:reply-below": form(of_branch, PARTAKERS),
    "discussions:forum-set": button(of_forum, FACILITATORS, what="up"),
    "discussions:topics-similar": reading(of_forum, PARTAKERS),
    "discussions:forum-people": reading(of_forum, PARTAKERS),
    "discussions:topic-people": reading(of_topic, PARTAKERS),
    "discussions:topic-unread": reading(of_topic, SIGNED_IN),
    "discussions:topic-read": button(of_topic, SIGNED_IN),
    "discussions:topic-new": reading(of_topic),
    "discussions:tags-suggest": reading(of_community, SIGNED_IN),
    "discussions:tag-follow": button(of_topic_tag, SIGNED_IN, what="stop"),
    "discussions:forum-follow": button(of_forum, SIGNED_IN, what="mute"),
    "discussions:topic-follow": button(of_topic, SIGNED_IN, what="mute"),
    "discussions:topic-same-question": button(of_topic, ("member", "facilitator")),
    "discussions:topic-set": button(of_topic, FACILITATORS, what="pin"),
    "discussions:topic-rename": form(of_topic, FACILITATORS),
    "discussions:topic-move": form(of_topic, FACILITATORS),
    "discussions:topic-slow": form(of_topic, FACILITATORS),
    "discussions:topic-merge": form(of_topic, FACILITATORS),
    "discussions:topic-summarise": form(of_topic, FACILITATORS),
    "discussions:reply": reading(of_reply),
    "discussions:reply-edit": form(of_reply, FACILITATORS),
    "discussions:reply-history": reading(of_reply),
    "discussions:reply-delete": button(of_reply, FACILITATORS),
    "discussions:reply-hide": button(of_reply, FACILITATORS),
    "discussions:reply-split": form(of_reply, FACILITATORS),
    "discussions:reply-thank": button(of_reply, ("member", "facilitator")),
    "discussions:reply-thanks": reading(of_reply, SIGNED_IN),
    "discussions:reply-accept": button(of_reply, FACILITATORS),
    "discussions:bookmark-edit": form(of_reply, SIGNED_IN),
    "discussions:bookmarks": reading(lambda world: [], SIGNED_IN, inside=False),
    "discussions:draft-keep": button(lambda world: ["topic:1"], SIGNED_IN, inside=False),
    # Blogs
    "blogs:blogs": reading(of_community),
    "blogs:blog-add": form(of_community, FACILITATORS),
    "blogs:blog": reading(of_blog),
    "blogs:blog-edit": form(of_blog, FACILITATORS),
    "blogs:blog-feed": feed(of_feed),
    "blogs:tag": reading(of_tag),
    "blogs:tag-feed": feed(of_tag_feed),
    "blogs:community-feed": feed(lambda world: [world.community.slug, "atom"]),
    "blogs:archive-year": reading(of_year),
    "blogs:archive-month": reading(of_month_of_posts),
    "blogs:post": reading(of_post_page),
    "blogs:post-add": form(of_blog, FACILITATORS),
    "blogs:post-edit": form(of_post, FACILITATORS),
    "blogs:post-history": reading(of_post, FACILITATORS),
    "blogs:post-comment": form(of_post, PARTAKERS),
    "blogs:post-publish": button(of_post, FACILITATORS),
    "blogs:post-take-back": button(of_post, FACILITATORS),
    "blogs:post-schedule": button(of_post, FACILITATORS),
    "blogs:post-unschedule": button(of_post, FACILITATORS),
    "blogs:post-withdraw": button(of_post, FACILITATORS),
    "blogs:post-share": button(of_post, FACILITATORS),
    "blogs:naming-ask": Door(of_quoted, get=None, post=FACILITATORS, has_audience=True),
    "blogs:naming": Door(
        lambda world: ["gone"], get=NOBODY, post=NOBODY, inside=False, asks_to_sign_in=False, missing=True
    ),
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
    "home:person": reading(of_person, inside=False),
    "members:person-photo": reading(of_photo, inside=False),
    "members:community-logo": reading(of_community_logo),
    "members:organisations": reading(lambda world: [], inside=False),
    "members:organisation": reading(of_organisation, inside=False),
    "members:organisation-logo": reading(of_organisation_logo, inside=False),
    "members:organisation-edit": form(of_organisation, ("member", "staff"), inside=False),
    "members:organisation-hand-on": form(of_organisation, ("member", "staff"), inside=False),
    "members:organisation-merge": form(of_organisation, ("staff",), inside=False),
    "members:organisation-domain-add": form(of_organisation, ("member", "staff"), inside=False),
    "members:organisation-domain-remove": button(of_domain, ("member", "staff"), inside=False),
    "members:organisation-domain-confirm": Door(of_domain_proof, post=EVERYBODY, inside=False, asks_to_sign_in=False),
    "members:timezone-confirm": button(lambda world: [], SIGNED_IN, inside=False),
    "guarding:protection": form(of_community, FACILITATORS),
    "guarding:words": form(of_community, FACILITATORS),
    "guarding:site-words": form(lambda world: [], ("staff",), inside=False),
    "discussions:held": Door(of_held, get=FACILITATORS, inside=False, secret=True),
    "discussions:held-take-back": Door(of_held, get=None, post=NOBODY, inside=False, secret=True),
    "members:sign-ups": reading(lambda world: [], ("staff",), inside=False),
    "members:sign-up-decide": button(of_held_sign_up, ("staff",), inside=False),
    "letters:letters": reading(lambda world: [], SIGNED_IN, inside=False),
    "letters:conversation": Door(of_conversation, get=("member",), post=("member",), inside=False, secret=True),
    "letters:letter-add": Door(
        of_pen_friend, get=("member", "facilitator"), post=("member", "facilitator"), inside=False, secret=True
    ),
    "letters:policy": form(of_community, FACILITATORS),
    "members:person-block": button(of_person, SIGNED_IN, inside=False),
    "members:blocked": reading(lambda world: [], SIGNED_IN, inside=False),
    "members:directory": reading(lambda world: [], SIGNED_IN, inside=False),
    "home:search": reading(lambda world: [], inside=False),
    "home:named": Door(of_named_request, get=FACILITATORS, secret=True),
    "home:community-search": reading(of_community),
    "members:community-edit": form(of_community, FACILITATORS),
    "members:community-join": button(
        of_community, ("stranger", "facilitator elsewhere", "suspended", "left", "requested", "invited", *INSIDE)
    ),
    "members:community-ask": form(of_community, NOBODY),
    "members:community-leave": form(of_community, BELONGING),
    "members:people": reading(of_community, INSIDE),
    "members:invitation-add": form(of_community, FACILITATORS),
    "members:requests-answer": button(of_community, FACILITATORS),
    "members:standing-log": reading(of_community, FACILITATORS),
    "members:personal-invitation-add": form(of_community, PARTAKERS),
    "members:community-step-back": button(of_community, BELONGING),
    "members:link-add": form(of_community, FACILITATORS),
    "members:link-close": button(of_link, FACILITATORS),
    "members:link-show": reading(of_link_token, inside=False),
    "members:link-use": button(of_link_token, SIGNED_IN, inside=False),
    "members:invitation-send-again": button(of_invitation, FACILITATORS),
    "members:invitations": reading(of_community, FACILITATORS),
    "members:invitations-send": button(of_community, FACILITATORS),
    "members:personal-invitation-withdraw": Door(of_own_invitation, get=None, post=("member",), secret=True),
    "members:invitation-withdraw": button(of_invitation, FACILITATORS),
    "members:membership-role": button(of_membership, FACILITATORS, role="sponsor"),
    "members:membership-suspend": reading(of_membership, FACILITATORS),
    "members:membership-readmit": button(of_membership, FACILITATORS),
    "members:invitation-show": reading(of_invitation_token, inside=False),
    "members:invitation-accept": button(of_invitation_token, SIGNED_IN, inside=False),
    "members:invitation-decline": Door(
        of_invitation_token, get=None, post=EVERYBODY, inside=False, asks_to_sign_in=False
    ),
    "members:second-step": reading(lambda world: [], SIGNED_IN, inside=False),
    "members:data": form(lambda world: [], SIGNED_IN, inside=False),
    # Asks to sign in once more before it looks whose copy it is.
    "members:data-fetch": Door(lambda world: ["of-somebody"], get=NOBODY, inside=False, secret=True),
    "members:account-close": form(lambda world: [], SIGNED_IN, inside=False),
    "members:profile-edit": form(lambda world: [], SIGNED_IN, inside=False),
    # Agreements
    "agreements:commitments": reading(of_community, INSIDE),
    "agreements:commitment-add": form(of_community, ("member", "facilitator")),
    "agreements:commitments-calendar": reading(of_community, INSIDE),
    "agreements:commitment": reading(of_commitment, INSIDE),
    "agreements:commitment-accept": button(of_commitment, ("member",)),
    "agreements:commitment-decline": button(of_commitment, ("member",)),
    "agreements:commitment-keep": button(of_commitment, ("member", *FACILITATORS)),
    "agreements:commitment-drop": button(of_commitment, ("member", *FACILITATORS)),
    "agreements:commitment-move": button(of_commitment, ("member", *FACILITATORS)),
    "agreements:proposals": reading(of_community, INSIDE),
    "agreements:proposal-add": form(of_community, ("member", "facilitator")),
    "agreements:proposal": reading(of_proposal, INSIDE),
    "agreements:proposal-answer": button(of_proposal, ("member", "facilitator")),
    "agreements:proposal-edit": form(of_proposal, ("member", *FACILITATORS)),
    "agreements:proposal-decide": form(of_proposal, ("member", *FACILITATORS)),
    "agreements:proposal-prolong": button(of_proposal, ("member", *FACILITATORS)),
    "agreements:proposal-withdraw": button(of_proposal, ("member", *FACILITATORS)),
    "agreements:remit": reading(of_community),
    # What needs care
    "moderation:care": reading(of_community, FACILITATORS),
    "moderation:left-to-staff": reading(lambda world: [], ("staff",), inside=False),
    "moderation:case": reading(of_case, FACILITATORS),
    "moderation:case-claim": button(of_case, FACILITATORS),
    "moderation:case-decide": button(of_case, FACILITATORS, decision="gone"),
    "moderation:letter": Door(
        lambda world: ["gone", "keep"], get=NOBODY, post=NOBODY, inside=False, asks_to_sign_in=False, missing=True
    ),
    "moderation:log": reading(of_community, FACILITATORS),
    "moderation:policy": form(of_community, FACILITATORS),
    "moderation:guidelines": reading(of_community),
    "moderation:guidelines-edit": form(of_community, FACILITATORS),
    "moderation:flag": Door(of_flagged, get=EVERYBODY, post=EVERYBODY, asks_to_sign_in=False, has_audience=True),
    "moderation:act": Door(
        lambda world: [*of_flagged(world), "hidden"], get=FACILITATORS, post=FACILITATORS, has_audience=True
    ),
    "moderation:flagged": Door(of_visitors_flag, inside=False, asks_to_sign_in=False),
    "moderation:flag-hear": Door(of_flag_to_hear_of, post=EVERYBODY, inside=False, asks_to_sign_in=False),
    "moderation:mine": reading(lambda world: [], SIGNED_IN, inside=False),
    "moderation:told": Door(of_action, get=("member",), post=("member",), inside=False, secret=True),
    # Mails: what readers change by the secret link in them, and what facilitators see of the readers
    "notifications:bell": reading(lambda world: [], SIGNED_IN, inside=False),
    "notifications:bell-count": reading(lambda world: [], SIGNED_IN, inside=False),
    "notifications:bell-seen": button(lambda world: [], SIGNED_IN, inside=False),
    "notifications:push-worker": reading(lambda world: [], inside=False),
    "notifications:device-add": button(lambda world: [], SIGNED_IN, inside=False),
    "notifications:device-renew": button(lambda world: [], SIGNED_IN, inside=False),
    "notifications:device-remove": Door(of_device, get=None, post=("member",), inside=False, secret=True),
    "notifications:told-explain": reading(of_own_activity, SIGNED_IN),
    "notifications:all-read": button(lambda world: [], SIGNED_IN, inside=False),
    "notifications:thing-read": button(lambda world: ["topic", 1], SIGNED_IN, inside=False),
    "notifications:thing-unread": button(lambda world: ["topic", 1], SIGNED_IN, inside=False),
    "notifications:my-mail": reading(lambda world: [], SIGNED_IN, inside=False),
    "notifications:subscription-ask": Door(of_blog_followed, post=EVERYBODY, asks_to_sign_in=False),
    "notifications:subscription-asked": reading(of_blog_followed),
    "notifications:subscription-confirm": with_link(of_mail_token),
    "notifications:leave": with_link(of_mail_token),
    "notifications:manage": with_link(of_mail_token, post=False),
    "notifications:digests-leave": with_link(lambda world: [_subscription(world).subscriber.token]),
    "notifications:times-change": with_link(of_mail_token, get=False),
    "notifications:mail-pause": with_link(of_mail_token, get=False),
    "notifications:mail-resume": with_link(of_mail_token, get=False),
    "notifications:mail-reach": with_link(of_mail_token, get=False),
    "notifications:leave-all": with_link(of_mail_token, get=False),
    "notifications:mail-stop": with_link(of_mail_token, get=False),
    "notifications:consents": with_link(of_mail_token, post=False),
    "notifications:reader-data-ask": with_link(lambda world: [*of_mail_token(world), "data"], get=False),
    "notifications:reader-data": with_link(lambda world: [_reader_code(world, "data")]),
    "notifications:reader-forget": with_link(lambda world: [_reader_code(world, "forget")]),
    "notifications:mail-allow": with_link(of_mail_token, get=False),
    "notifications:subscription-pace": with_link(of_subscription, get=False),
    "notifications:subscription-leave": with_link(of_subscription, get=False),
    "notifications:subscription-return": with_link(of_subscription, get=False),
    "notifications:subscription-history": with_link(of_subscription, post=False),
    "notifications:mail-explain": with_link(of_activity, post=False, holder="member"),
    "notifications:by-hand-answer": with_link(of_by_hand_token, post=False),
    "notifications:by-hand-subscribe": with_link(of_by_hand_token, get=False),
    "notifications:by-hand-leave": with_link(of_by_hand_token),
    # The rhythm
    "notifications:mail-policy": form(of_community, FACILITATORS),
    "notifications:rhythm": reading(of_community),
    "notifications:rhythm-edit": form(of_community, FACILITATORS),
    "notifications:rhythm-start": button(of_community, FACILITATORS, pattern="weekly"),
    "notifications:beat-slot-add": form(of_community, FACILITATORS),
    "notifications:beat-slot-edit": form(of_beat_slot, FACILITATORS),
    "notifications:beat-slot-remove": button(of_beat_slot, FACILITATORS),
    "notifications:rest-add": form(of_community, FACILITATORS),
    "notifications:rest-remove": button(of_rest, FACILITATORS),
    "notifications:season-add": form(of_community, FACILITATORS),
    "notifications:season-edit": form(of_season, FACILITATORS),
    "notifications:beat-happened": form(of_beat, FACILITATORS),
    "notifications:beat-elsewhere": form(of_community, FACILITATORS),
    "notifications:subscribers": reading(of_readers, FACILITATORS),
    "notifications:subscribers-export": reading(of_readers, FACILITATORS),
    "notifications:subscribers-add": form(of_readers, FACILITATORS),
    "notifications:subscribers-explain": form(of_readers, FACILITATORS),
    "notifications:by-hand-list": form(of_readers, FACILITATORS),
    "notifications:by-hand-remove": button(of_by_hand, FACILITATORS),
    # Events
    "events:events": reading(of_calendar),
    "events:month": reading(of_month),
    "events:week": reading(lambda world: [*of_calendar(world), 2026, 47]),
    "events:mine": reading(lambda world: [], SIGNED_IN, inside=False),
    "events:my-month": reading(lambda world: [2026, 11], SIGNED_IN, inside=False),
    "events:my-week": reading(lambda world: [2026, 47], SIGNED_IN, inside=False),
    "events:my-answers": reading(lambda world: [], SIGNED_IN, inside=False),
    "events:reminders-choose": button(lambda world: [], SIGNED_IN, inside=False),
    "events:calendar-key-renew": button(lambda world: [], SIGNED_IN, inside=False),
    "events:community-calendar": feed(of_calendar),
    "events:my-calendar": with_link(of_calendar_key, post=False),
    "events:occurrence-file": reading(of_occurrence),
    "events:event-add": form(of_calendar, FACILITATORS),
    "events:calendar-edit": form(of_calendar, FACILITATORS),
    "events:calendar-import": form(of_calendar, FACILITATORS),
    "events:calendar-read": button(of_calendar_source, FACILITATORS),
    "events:calendar-remove": button(of_calendar_source, FACILITATORS),
    "events:event": reading(of_event),
    "events:event-edit": form(of_event, FACILITATORS),
    "events:event-publish": button(of_event, FACILITATORS),
    "events:event-cancel": form(of_event, FACILITATORS),
    "events:event-reinstate": button(of_event, FACILITATORS),
    "events:occurrence-reinstate": button(of_occurrence, FACILITATORS),
    "events:event-delete": button(of_event, FACILITATORS),
    "events:occurrence": reading(of_occurrence),
    "events:occurrence-edit": form(of_occurrence, FACILITATORS),
    "events:following-edit": form(of_occurrence, FACILITATORS),
    "events:occurrence-cancel": form(of_occurrence, FACILITATORS),
    "events:occurrence-answer": button(of_occurrence, SIGNED_IN, answer="coming"),
    "events:answer-ask": Door(of_occurrence, post=EVERYBODY, asks_to_sign_in=False, knows_no_session=True),
    "events:answer-by-mail": with_link(of_answer, holder="member"),
    "events:reminders-keep": button(of_occurrence, SIGNED_IN, day="on"),
    "events:took-write": button(of_occurrence, SIGNED_IN, took="A trick"),
    "events:occurrence-talk": button(of_occurrence, ("member", *FACILITATORS)),
    "events:attendance": reading(of_occurrence, FACILITATORS),
    "events:rsvp-tick": button(of_rsvp, FACILITATORS),
    "events:rsvp-seat": button(of_rsvp, FACILITATORS),
    "events:rsvp-unseat": button(of_rsvp, FACILITATORS),
    "events:walk-in-add": button(of_occurrence, FACILITATORS),
    "events:occurrence-notes": form(of_occurrence, FACILITATORS),
    "events:check-in": form(of_check_in, SIGNED_IN),
    "events:poll-add": form(of_calendar, ("member", *FACILITATORS)),
    "events:poll": Door(of_poll, get=INSIDE, readers=INSIDE),
    "events:poll-vote": Door(of_poll, get=None, post=("member", *FACILITATORS), readers=INSIDE),
    "events:poll-choose": Door(of_date_proposal, get=None, post=FACILITATORS, readers=INSIDE),
    "events:poll-close": Door(of_poll, get=None, post=FACILITATORS, readers=INSIDE),
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
