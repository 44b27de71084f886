"""Files go with the texts that they stand in: who may read the text from now on may fetch them, and nobody else."""

import hashlib
import re
from collections.abc import Collection, Iterable

from cop.files.attachment_models import Attachment
from cop.files.models import File

IN_TEXT = re.compile(r"/(files|attachments)/(\d{1,18})/")


def change_audience(texts: Iterable[str], *, community_id: int, audience: str, more: Collection[int] = ()) -> int:
    """Give the files that `texts` (Markdown) of a community show, and its images `more`, to an audience; how many."""
    ids: dict[str, set[int]] = {"files": set(more), "attachments": set()}
    for text in texts:
        for kind, number in IN_TEXT.findall(text):
            ids[kind].add(int(number))
    count = 0
    for model, kind in ((File, "files"), (Attachment, "attachments")):
        rows = model.objects.filter(community=community_id, pk__in=ids[kind]).exclude(audience=audience)
        for row in rows:
            _change(model, row.pk, row.digest, row.owner_id, community_id, audience)
            count += 1
    return count


def _change(
    model: type[File] | type[Attachment], pk: int, digest: str, owner_id: int | None, community_id: int, audience: str
) -> None:
    twins = model._default_manager.filter(community=community_id, owner=owner_id, digest=digest, audience=audience)
    if twins.exists():
        # The same file was uploaded for that audience too: both addresses stand in texts, so both rows stay.
        digest = hashlib.sha256(f"{digest} {pk}".encode()).hexdigest()
    model._default_manager.filter(pk=pk).update(audience=audience, digest=digest)
