"""What this app puts into somebody's copy of their data: the account, who sees what, memberships, sign-ins, looks."""

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.utils.translation import gettext as _

from cop.markup.cleaning import plain
from cop.privacy.models import PersonRecord
from members.audiences import Reader
from members.blocking_models import Block
from members.export_models import DataExport
from members.invitation_models import Invitation, OpenInvitation
from members.models import Community, Organisation, User
from members.organisation_models import OrganisationDomain
from members.packing import Kind, Part, Row, Stored, kind, made
from members.profile_models import Profile
from members.profiling import shown_to
from members.standing_models import StandingChange


def account(user: User) -> Part:
    """The account, what it signs in with, and since when."""
    yield kind(
        "account",
        _("Your account"),
        User.objects.filter(pk=user.pk),
        display_name=_("Name"),
        email=_("E-mail address"),
        timezone=_("Time zone"),
        language=_("Language"),
        organisation__name=_("Organisation"),
        created_at=_("Made"),
        last_login=_("Signed in last"),
        is_staff=_("Site staff"),
    )
    yield kind(
        "addresses",
        _("E-mail addresses"),
        EmailAddress.objects.filter(user=user).order_by("pk"),
        email=_("Address"),
        verified=_("Confirmed"),
        primary=_("Main one"),
    )
    yield kind(
        "sign-in-methods",
        _("Ways to sign in"),
        Authenticator.objects.filter(user=user).order_by("pk"),
        type=_("Kind"),
        created_at=_("Added"),
        last_used_at=_("Used last"),
    )
    yield kind(
        "providers",
        _("Accounts elsewhere that you sign in with"),
        SocialAccount.objects.filter(user=user).order_by("pk"),
        provider=_("Provider"),
        uid=_("Known there as"),
        date_joined=_("Since"),
        last_login=_("Used last"),
        extra_data=_("What the provider told us"),
    )
    yield kind(
        "sign-ins",
        _("Where you are signed in"),
        UserSession.objects.filter(user=user).order_by("pk"),
        created_at=_("Signed in"),
        last_seen_at=_("Seen last"),
        ip=_("Network address"),
        user_agent=_("Browser"),
    )
    yield kind(
        "data-exports",
        _("Copies of your data"),
        DataExport.objects.filter(user=user).order_by("pk"),
        asked_at=_("Asked for"),
        ready_at=_("Ready"),
        size=_("Bytes"),
    )


def profile(user: User) -> Part:
    """What somebody says about themselves, and what of it others see."""
    row = Profile.objects.filter(user=user).first()
    said = []
    if row:
        said.append(
            {
                **{
                    name: getattr(row, name)
                    for name in ("pronunciation", "job", "place", "languages", "about", "links")
                },
                "ask_about": [tag.name for tag in row.ask_about.all()],
                "learning": [tag.name for tag in row.learning.all()],
                "is_glad_to_be_asked": row.is_glad_to_be_asked,
                "is_unlisted": row.is_unlisted,
                "known_to": row.get_known_to_display(),
                "seen_by": row.seen_by,
            }
        )
        if row.photo:
            yield Stored("photo.webp", row.photo)
    yield made(
        "profile",
        _("What you say about yourself"),
        said,
        pronunciation=_("How to say the name"),
        job=_("Job"),
        place=_("Place"),
        languages=_("Languages"),
        about=_("About"),
        links=_("Links"),
        ask_about=_("Ask me about"),
        learning=_("I am learning"),
        is_glad_to_be_asked=_("Glad to be asked"),
        is_unlisted=_("Not in directories"),
        known_to=_("Who may open your page"),
        seen_by=_("Who sees which part"),
    )
    yield _as_others_see(user)
    yield kind(
        "organisations",
        _("Organisations that you look after"),
        Organisation.objects.filter(owner=user).order_by("pk"),
        name=_("Name"),
        website=_("Website"),
        place=_("Place"),
        special=_("What makes us special"),
    )
    yield kind(
        "domains",
        _("Domains that you proved to be your organisation's"),
        OrganisationDomain.objects.filter(proven_by=user).order_by("pk"),
        organisation__name=_("Organisation"),
        domain=_("Domain"),
        created_at=_("When"),
    )
    yield kind(
        "blocks",
        _("Whom you blocked"),
        Block.objects.filter(user=user).order_by("pk"),
        blocked__display_name=_("Name"),
        at=_("Since"),
    )


def _as_others_see(user: User) -> Kind:
    """The page about somebody as three kinds of readers find it."""
    return made(
        "as-others-see-you",
        _("What others see of you"),
        _views(user),
        who=_("Who looks"),
        is_seen=_("Whether they find you"),
        name=_("Name"),
        photo=_("Photo"),
        organisation=_("Organisation"),
        job=_("Job"),
        place=_("Place"),
        languages=_("Languages"),
        pronunciation=_("How to say the name"),
        about=_("About"),
        ask_about=_("Ask me about"),
        learning=_("I am learning"),
        links=_("Links"),
    )


def _views(user: User) -> Iterator[Row]:
    # Nobody's number: somebody who is signed in and shares no community.
    stranger = User(pk=0, is_active=True)
    rows = User.objects.select_related("profile", "organisation")
    views: list[tuple[str, Reader, bool]] = [
        (_("Everybody on the web"), AnonymousUser(), False),
        (_("Who is signed in"), stranger, False),
        (_("Who shares a community with you"), stranger, True),
    ]
    for who, reader, is_sharing in views:
        known = User.objects.visible_to(reader).filter(pk=user.pk).exists()
        if not (known or (is_sharing and user.is_active)):
            yield {"who": who, "is_seen": _("no")}
            continue
        person = rows.get(pk=user.pk)
        person.is_sharing = is_sharing  # type: ignore[attr-defined]
        seen = shown_to(reader, person)
        yield {
            "who": who,
            "is_seen": _("yes"),
            "name": person.display_name,
            "photo": bool(seen.photo),
            "organisation": seen.organisation.name if seen.organisation else "",
            "about": plain(str(seen.about)),
            **{
                name: getattr(seen, name)
                for name in ("job", "place", "languages", "pronunciation", "ask_about", "learning", "links")
            },
        }


def communities(user: User) -> Part:
    """Memberships with their history, and invitations given and got."""
    yield kind(
        "memberships",
        _("Communities that you belong, or belonged, to"),
        user.memberships.order_by("pk"),
        community__name=_("Community"),
        role=_("Role"),
        state=_("State"),
        joined_at=_("Joined"),
        request_line=_("What you wrote when you asked"),
        suspended_until=_("Suspended until"),
        stepped_back_at=_("Stepped back"),
    )
    yield kind(
        "membership-history",
        _("What happened to your memberships"),
        StandingChange.objects.filter(Q(user=user) | Q(by=user, user=None)).order_by("at", "pk"),
        at=_("When"),
        community__name=_("Community"),
        what=_("What"),
        role=_("Role"),
        reason=_("Why"),
    )
    yield kind(
        "invitations",
        _("Invitations to you"),
        Invitation.objects.filter(email__in=addresses_of(user)).order_by("pk"),
        community__name=_("Community"),
        invited_by__display_name=_("By"),
        message=_("Their line"),
        created_at=_("When"),
        accepted_at=_("Accepted"),
        declined_at=_("Declined"),
        withdrawn_at=_("Withdrawn"),
    )
    # Whom one invited is theirs to tell: that one did, and one's own line, is one's own.
    yield kind(
        "invitations-sent",
        _("Invitations that you sent"),
        Invitation.objects.filter(invited_by=user).order_by("pk"),
        community__name=_("Community"),
        message=_("Your line"),
        created_at=_("When"),
    )
    yield kind(
        "invitation-links",
        _("Links to come in by that you made"),
        OpenInvitation.objects.filter(invited_by=user).order_by("pk"),
        community__name=_("Community"),
        created_at=_("When"),
        uses=_("How many came in"),
        expires_at=_("Until"),
    )


def looks(user: User) -> Part:
    """What staff and facilitators looked at or changed about somebody, and what they did so themselves."""
    labels = {
        "at": _("When"),
        "by__display_name": _("Who"),
        "what": _("What"),
        "place": _("Where"),
        "detail": _("More"),
    }
    about = PersonRecord.objects.about_person(user.pk, addresses_of(user)).order_by("at", "pk")
    yield kind("looks-at-you", _("What staff and facilitators looked at or changed about you"), about, **labels)
    changes = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    ).order_by("action_time", "pk")
    yield kind(
        "administration",
        _("What site staff changed of your account"),
        changes,
        action_time=_("When"),
        change_message=_("What"),
    )
    # On a list that was looked at or taken along one may have stood.
    own = list(Community.objects.filter(memberships__user=user).values_list("pk", flat=True))
    lists = PersonRecord.objects.filter(about=None, address="", community__in=own).order_by("at", "pk")
    yield kind(
        "looks-at-lists", _("Lists of your communities that were looked at; you may stand on them"), lists, **labels
    )
    mine = PersonRecord.objects.filter(by=user).order_by("at", "pk")
    labels = {"at": _("When"), "what": _("What"), "place": _("Where")}
    yield kind("your-looks", _("What you looked at or changed about others"), mine, **labels)


def addresses_of(user: User) -> list[str]:
    """Give all addresses of an account, as they may stand in tables."""
    found = {user.email.lower(), *EmailAddress.objects.filter(user=user).values_list("email", flat=True)}
    return sorted({one.lower() for one in found} | found)


PARTS = {"account": account, "profile": profile, "communities": communities, "looks": looks}
