"""Files that came with a mail: images are kept as an uploaded one is; of others the names are told."""

from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.images import KINDS
from cop.files.models import File
from cop.files.storing import store_image
from cop.mail.arriving import Part
from members.models import Community, User

MOST_IMAGES = 10
# An image that the text itself shows and that is smaller than this is a logo below a signature.
LOGO_BYTES = 6_000


def keep_images(
    parts: Sequence[Part], *, community: Community, by: User, audience: str
) -> tuple[list[tuple[Part, File]], list[str]]:
    """Keep the images among a mail's files; give them, and the names of what was not kept."""
    kept: list[tuple[Part, File]] = []
    left: list[str] = []
    for part in parts:
        if part.content_id and len(part.data) < LOGO_BYTES:
            continue
        if part.kind not in KINDS or len(kept) >= MOST_IMAGES:
            left.append(part.name)
            continue
        try:
            upload = SimpleUploadedFile(part.name, part.data, part.kind)
            kept.append((part, store_image(upload, community=community, by=by, audience=audience)))
        except Refused:
            left.append(part.name)
    return kept, left


def below_text(text: str, kept: Sequence[tuple[Part, File]], left: Sequence[str]) -> str:
    """Give a text in Markdown with the images below it, and a line about what was not kept."""
    pieces = [text, *(f"![{_plain(part.name)}]({file.get_absolute_url()})" for part, file in kept)]
    if left:
        names = ", ".join(_plain(name) for name in left)
        pieces.append(_("*Came with the mail and was not kept: %(names)s*") % {"names": names})
    return "\n\n".join(pieces)


def _plain(name: str) -> str:
    """Give a file's name without what Markdown would read."""
    return "".join(char for char in name if char.isalnum() or char in " .-+")[:80] or "?"
