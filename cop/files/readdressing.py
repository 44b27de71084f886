"""Files go with the texts that they stand in: who may read the text from now on may fetch them, and nobody else."""

import hashlib
import re
from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from cop.files.attachment_models import Attachment
from cop.files.models import File

IN_TEXT = re.compile(r"/(files|attachments)/(\d{1,18})/")


def change_audience(texts: Iterable[str], *, community_id: int, audience: str, more: Collection[int] = ()) -> int:
    """Give the files that `texts` (Markdown) of a community show, and its images `more`, to an audience; how many."""
    ids: dict[str, set[int]] = {"files": set(more), "attachments": set()}
    for text in texts:
        for kind, number in IN_TEXT.findall(text):
            ids[kind].add(int(number))
    return sum(
        _change(rows.filter(community=community_id, pk__in=ids[kind]).exclude(audience=audience), audience)
        for kind, rows in (("files", File.objects.all()), ("attachments", Attachment.objects.all()))
    )


def _change(rows: "QuerySet[File] | QuerySet[Attachment]", audience: str) -> int:
    found = list(rows)
    for row in found:
        twins = _model_of(row).objects.filter(community=row.community_id, owner=row.owner_id, digest=row.digest)
        if twins.filter(audience=audience).exists():
            # The same file was uploaded for that audience too: both addresses stand in texts, so both rows stay.
            row.digest = hashlib.sha256(f"{row.digest} {row.pk}".encode()).hexdigest()
        row.audience = audience
        row.save(update_fields=["audience", "digest", "updated_at"])
    return len(found)


def _model_of(row: File | Attachment) -> type[File] | type[Attachment]:
    return type(row)
