"""Keeping whatever somebody adds to a text: an image is shown in it, another file is led to."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.files.attaching import ADDED_AN_HOUR, attach, link_to
from cop.files.attachment_models import Attachment
from cop.files.models import File
from cop.files.storing import store_image
from members.models import Community, User

IMAGES_AN_HOUR = 120


class TooMany(Refused):
    """Somebody adds more than anybody does."""


def keep(upload: UploadedFile[Any], *, community: Community, by: User, audience: str) -> str:
    """Keep an uploaded image or file for an audience; give the Markdown that shows it, or leads to it.

    Raises Refused, with a sentence that says what to do, for whoever may not, for too many, and for what is not kept.
    """
    if (upload.content_type or "").startswith("image/"):
        return keep_image(upload, community=community, by=by, audience=audience).as_markdown
    return link_to(keep_file(upload, community=community, by=by, audience=audience))


def keep_image(upload: UploadedFile[Any], *, community: Community, by: User, audience: str) -> File:
    """Keep an image; give the file."""
    _refuse_unless_allowed(by, community)
    if not within_limit("upload", str(by.pk), times=IMAGES_AN_HOUR, seconds=3600):
        raise TooMany(_("You have added very many images. Go on in an hour."))
    return store_image(upload, community=community, by=by, audience=audience)


def keep_file(upload: UploadedFile[Any], *, community: Community, by: User, audience: str) -> Attachment:
    """Keep a file that is no image."""
    _refuse_unless_allowed(by, community)
    if not within_limit("attach", str(by.pk), times=ADDED_AN_HOUR, seconds=3600):
        raise TooMany(_("You have added very many files. Go on in an hour."))
    return attach(upload, community=community, by=by, audience=audience)


def _refuse_unless_allowed(by: User, community: Community) -> None:
    if not by.has_perm("files.add_image", community):
        raise Refused(_("Only members and facilitators of this community can add images."))
