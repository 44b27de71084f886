"""Small photos beside names in lists: for all of a page at once, as far as its reader may see each."""

from collections.abc import Collection

from members.audiences import Reader
from members.models import User
from members.profiling import photo_of, rank_of


def faces_of(user_ids: Collection[int | None], *, reader: Reader) -> dict[int, str]:
    """Give the addresses of the photos of these people that `reader` may see, by id; one query."""
    wanted = {pk for pk in user_ids if pk}
    if not wanted:
        return {}
    people = User.objects.visible_to(reader).filter(pk__in=wanted, profile__photo__gt="").select_related("profile")
    found = {person.pk: photo_of(person, rank_of(reader, person)) for person in people}
    return {pk: address for pk, address in found.items() if address}
