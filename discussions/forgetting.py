"""What becomes of somebody's topics and drafts when their account is closed."""

from discussions.held_models import HeldText
from discussions.models import Bookmark, Draft, Guest, ReadMark, Topic
from members.models import User


def forget(user: User, shown_before: str) -> None:
    """Show the name that stays wherever lists keep a copy of it, and delete what nobody else ever saw."""
    written_in = Topic.objects.filter(replies__author=user)
    if user.display_name != shown_before:
        Topic.objects.filter(pk__in=written_in.values("pk"), last_by=shown_before[:120]).update(
            last_by=user.display_name[:120]
        )
        Guest.objects.filter(user=user).update(name=user.display_name[:120])
    for private in (
        Draft.objects.filter(by=user),
        Bookmark.objects.filter(user=user),
        ReadMark.objects.filter(user=user),
        HeldText.objects.filter(author=user),
    ):
        private.delete()
