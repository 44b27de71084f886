"""One at a time: what decides who gets an activity by which mail holds the community's row for a moment."""

from members.models import Community


def hold(community_id: int) -> None:
    """Wait for, and until the transaction ends keep, the right to decide who gets what in a community.

    Without it somebody who changes pace while a post goes out could get it twice, or not at all. Rows that merely
    refer to the community are not held up. On SQLite there is one writer anyway.
    """
    Community.objects.select_for_update(no_key=True).only("pk").get(pk=community_id)
