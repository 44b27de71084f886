"""Reading what somebody writes first: their posts in one community wait until a facilitator approves them."""

from cop.moderation.action_models import Restraint
from members.models import Community, User


def holds_posts_of(user: User, community: Community) -> bool:
    """Whether what `user` writes in a community waits for approval. Ask it in the process that writes."""
    return Restraint.objects.filter(user=user, community=community).exists()


def hold(user: User, community: Community) -> bool:
    """Let what somebody writes wait from now on; tell whether that was new."""
    return Restraint.objects.get_or_create(user=user, community=community)[1]


def release(user: User, community: Community) -> bool:
    """Let somebody write as everybody does; tell whether that was new."""
    return bool(Restraint.objects.filter(user=user, community=community).delete()[0])
