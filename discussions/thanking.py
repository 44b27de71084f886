"""Thanks for a reply: who, not how many points."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.models import touch
from discussions.models import Reply, Thanks, Topic
from members.models import User


def thank(reply: Reply, *, by: User) -> bool:
    """Thank for a reply; tell whether that was new. Raises Refused for one's own, or one that is gone."""
    if reply.author_id == by.pk:
        raise Refused(_("Thanks are for what others wrote."))
    if reply.is_gone:
        raise Refused(_("This reply was taken away meanwhile."))
    with transaction.atomic():
        _row, is_new = Thanks.objects.get_or_create(reply=reply, user=by)
        if is_new:
            Reply.objects.filter(pk=reply.pk).update(thanks_count=F("thanks_count") + 1)
            touch(Topic.objects.filter(pk=reply.topic_id))
    return is_new


def take_back(reply: Reply, *, by: User) -> bool:
    """Take thanks back; tell whether they were said."""
    with transaction.atomic():
        taken, _rows = Thanks.objects.filter(reply=reply, user=by).delete()
        if taken:
            Reply.objects.filter(pk=reply.pk).update(thanks_count=F("thanks_count") - 1)
            touch(Topic.objects.filter(pk=reply.topic_id))
    return bool(taken)
