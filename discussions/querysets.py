"""What can be asked about forums, topics and replies."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from discussions.paths import AFTER
from members.audiences import Reader, facilitated_by, readable_by

if TYPE_CHECKING:
    from discussions.models import Forum, Reply, Topic  # noqa: F401 - named in strings


class ForumQuerySet(models.QuerySet["Forum"]):
    """Questions about forums."""

    def visible_to(self, user: Reader) -> "ForumQuerySet":
        """Those whose audience `user` belongs to."""
        return self.filter(readable_by(user))


class TopicQuerySet(models.QuerySet["Topic"]):
    """Questions about topics."""

    def standing(self) -> "TopicQuerySet":
        """Those that were neither deleted nor hidden."""
        return self.filter(deleted_at=None, hidden_at=None)

    def visible_to(self, user: Reader) -> "TopicQuerySet":
        """Those whose audience `user` belongs to; what is hidden, for facilitators alone."""
        return self.filter(readable_by(user) & _shown(user), deleted_at=None)

    def deleted(self) -> "TopicQuerySet":
        """Those that were deleted and can be brought back: what was merged lives on elsewhere."""
        return self.filter(deleted_at__isnull=False, merged_into=None)

    def unanswered(self) -> "TopicQuerySet":
        """Questions without an accepted answer."""
        return self.filter(kind="question", answered_at=None)


class ReplyQuerySet(models.QuerySet["Reply"]):
    """Questions about replies."""

    def visible_to(self, user: Reader) -> "ReplyQuerySet":
        """Those of topics that `user` may read; what became of a hidden or deleted one is shown in its place."""
        readable = readable_by(user, audience="topic__audience", community="topic__community")
        return self.filter(readable & _shown(user, "topic__"), topic__deleted_at=None)

    def standing(self) -> "ReplyQuerySet":
        """Those that were neither deleted nor hidden."""
        return self.filter(deleted_at=None, hidden_at=None)

    def branch(self, path: str) -> "ReplyQuerySet":
        """Those at and below a place in one topic."""
        return self.filter(path__gte=path, path__lt=path + AFTER)


def _shown(user: Reader, prefix: str = "") -> Q:
    shown = Q(**{f"{prefix}hidden_at": None})
    if not user.is_authenticated:
        return shown
    if user.is_staff:
        return Q()
    if facilitated := facilitated_by(user):
        shown |= Q(**{f"{prefix}community__in": facilitated})
    return shown
