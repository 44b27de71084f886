"""Files that came with a mail are kept as uploaded ones are, under the same limits; of others the names are told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.images import KINDS
from cop.base.limits import within_limit
from cop.files.attaching import ADDED_AN_HOUR, attach, link_to
from cop.files.attachment_models import Attachment
from cop.files.models import File
from cop.files.storing import store_image
from cop.mail.arriving import Part
from members.models import Community, User

MOST_IMAGES = 10
MOST_FILES = 10
# An image that the text itself shows and that is smaller than this is a logo below a signature.
LOGO_BYTES = 6_000
# What programs add to prove who wrote a mail: nobody sent these as files.
SEALS = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})


@dataclass
class Kept:
    """What became of a mail's files: images, other files, and the names of what was not kept, each with the reason."""

    images: list[tuple[Part, File]] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """What the sender is told: nothing where everything was kept."""
        lines = [f"{_plain(name)}: {reason}" for name, reason in self.left.items()]
        return "\n".join([_("Of what came with your mail, this was not kept:"), *lines]) if lines else ""


def keep(parts: Sequence[Part], *, community: Community, by: User, audience: str) -> Kept:
    """Keep a mail's files as the browser's are kept, and say why not where that is so."""
    kept = Kept()
    for part in parts:
        if part.kind in SEALS or (part.content_id and len(part.data) < LOGO_BYTES):
            continue
        try:
            _keep(part, kept, community=community, by=by, audience=audience)
        except Refused as refused:
            kept.left[part.name] = " ".join(refused.messages)
    return kept


def _keep(part: Part, kept: Kept, *, community: Community, by: User, audience: str) -> None:
    is_image = part.kind in KINDS
    if len(kept.images) >= MOST_IMAGES if is_image else len(kept.files) >= MOST_FILES:
        raise Refused(_("There were very many. Send the others with another mail."))
    upload = SimpleUploadedFile(part.name, part.data, part.kind)
    if is_image:
        kept.images.append((part, store_image(upload, community=community, by=by, audience=audience)))
    elif not within_limit("attach", str(by.pk), times=ADDED_AN_HOUR, seconds=3600):
        raise Refused(_("You have added very many files. Go on in an hour."))
    else:
        kept.files.append(attach(upload, community=community, by=by, audience=audience))


def below_text(text: str, kept: Kept) -> str:
    """Give a text in Markdown with images and links to files below it, and a line about what was not kept."""
    shown = [(part, file) for part, file in kept.images if file.get_absolute_url() not in text]
    pieces = [text, *(f"![{_plain(part.name)}]({file.get_absolute_url()})" for part, file in shown)]
    if kept.files:
        pieces.append("\n".join(f"- {link_to(file)}" for file in kept.files))
    if kept.left:
        names = ", ".join(_plain(name) for name in kept.left)
        pieces.append(_("*Came with the mail and was not kept: %(names)s*") % {"names": names})
    return "\n\n".join(piece for piece in pieces if piece)


def _plain(name: str) -> str:
    """Give a file's name without what Markdown would read."""
    return "".join(char for char in name if char.isalnum() or char in " .-+")[:80] or "?"
