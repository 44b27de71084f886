"""What is erased of the images and files of somebody who closed their account."""

from django.db.models.fields.files import FieldFile
from django.utils.translation import ngettext

from cop.files.attachment_models import Attachment
from cop.files.models import File
from members.carrying_out import next_of
from members.closing_models import AccountClosing
from members.models import User

AT_ONCE = 50


def held(user: User) -> list[str]:
    """Say how many images and files somebody uploaded."""
    count = File.objects.filter(owner=user).count() + Attachment.objects.filter(owner=user).count()
    return (
        [ngettext("%(count)d image or file", "%(count)d images and files", count) % {"count": count}] if count else []
    )


def uploads(closing: AccountClosing, after: int) -> int | None:
    """Delete some, each from the store first: nobody could find one again whose row is gone."""
    if not closing.is_removed:
        return None
    for model in (File, Attachment):
        if ids := next_of(model._default_manager.filter(owner=closing.user), 0, AT_ONCE):
            for row in model._default_manager.filter(pk__in=ids):
                content: FieldFile = row.content
                if content.name and not model._default_manager.filter(content=content.name).exclude(pk=row.pk).exists():
                    content.storage.delete(content.name)
                model._default_manager.filter(pk=row.pk).delete()
            return ids[-1]
    return None


STEPS = {"uploads": uploads}
