"""Mails about standing: an answer to who asked, a call where nobody is left."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cop.base.links import absolute, absolute_url
from cop.mail import outbox
from members.models import Community, Membership, MembershipState, User

AT_ONCE = 500


def tell(membership: Membership, name: str, *, line: str, by: User) -> None:
    """Mail somebody what became of their membership; `name` is the mail's, `line` what the facilitator adds."""
    community = membership.community
    # Whom somebody suspended is not given their address: the mail says how to object.
    is_answered = membership.state != MembershipState.SUSPENDED
    outbox.send(
        name,
        to=membership.user.email,
        context={
            "dear": membership.user.display_name,
            "community": community,
            "line": line,
            "until": membership.suspended_until,
            "url": absolute(community.get_absolute_url()),
            "object_url": absolute_url(settings.MODERATED_URL),
            "accent": community.accent,
        },
        language=membership.user.language,
        reply_to=by.email if is_answered else "",
        from_name=community.name,
    )


def call_staff(at: datetime | None = None) -> int:
    """Tell site staff, once a month, of communities that no facilitator is left in; give how many there are."""
    at = at or timezone.now()
    facilitated = Membership.objects.active().facilitating().filter(community=OuterRef("pk"))
    orphans = list(Community.objects.alive().filter(~Exists(facilitated)).order_by("pk")[:AT_ONCE])
    for staff in User.objects.filter(is_staff=True, is_active=True).order_by("pk")[:20] if orphans else []:
        for community in orphans:
            outbox.send(
                "nobody_facilitates",
                to=staff.email,
                dedupe_key=f"nobody-facilitates:{community.pk}:{staff.pk}:{at:%Y-%m}",
                context={
                    "community": community,
                    "url": absolute_url("members:people", community.slug),
                    "accent": community.accent,
                },
                language=staff.language,
            )
    return len(orphans)
