"""What this room puts into somebody's copy of their data: the images and files that they uploaded."""

from django.utils.translation import gettext as _

from cop.files.attachment_models import Attachment
from cop.files.models import File
from members.models import User
from members.packing import Part, files_of, kind


def uploads(user: User) -> Part:
    """Images and files, and the list of them."""
    images = File.objects.filter(owner=user).order_by("pk")
    attachments = Attachment.objects.filter(owner=user).order_by("pk")
    yield kind(
        "images",
        _("Images that you uploaded"),
        images,
        id=_("Number"),
        name=_("Name"),
        community__name=_("Community"),
        created_at=_("When"),
        audience=_("Who may see it"),
    )
    yield kind(
        "files",
        _("Files that you uploaded"),
        attachments,
        id=_("Number"),
        name=_("Name"),
        community__name=_("Community"),
        created_at=_("When"),
        audience=_("Who may see it"),
        size=_("Bytes"),
    )
    yield from files_of(images, folder="images")
    yield from files_of(attachments, folder="files")


PARTS = {"uploads": uploads}
