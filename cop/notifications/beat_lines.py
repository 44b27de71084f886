"""Sections of a beat that this floor can list itself: new posts, from the community's story, and new people."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cop.notifications.models import Activity
from cop.notifications.sections import LINES_SHOWN, Line, Section, Window
from members.models import Membership


def _posts(window: Window) -> Iterator[Line]:
    rows = Activity.objects.standing().filter(community=window.community, kind="post", verb="published")
    rows = rows.filter(recorded_at__gt=window.since, recorded_at__lte=window.until, audience__in=window.audiences)
    for activity in rows.select_related("by").order_by("-id")[: LINES_SHOWN * 4]:
        yield Line(activity.title, activity.url, activity.by.display_name if activity.by else "", activity.by_id)


def _people(window: Window) -> Iterator[Line]:
    rows = Membership.objects.active().filter(community=window.community)
    rows = rows.filter(joined_at__gt=window.since, joined_at__lte=window.until)
    for membership in rows.select_related("user__organisation").order_by("joined_at", "id")[: LINES_SHOWN * 4]:
        organisation = membership.user.organisation
        yield Line(
            membership.user.display_name,
            reverse("members:people", args=[window.community.slug]),
            organisation.name if organisation else "",
            membership.user_id,
        )


POSTS = Section(_("New posts"), _posts)
PEOPLE = Section(_("New here"), _people)
