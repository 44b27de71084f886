"""What the page for doing something says, for each thing that can be done."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cop.moderation.action_models import What
from cop.moderation.kinds import Words


@dataclass(frozen=True)
class Says:
    """The words around one act."""

    heading: Words
    lead: Words
    button: Words
    is_grave: bool = False


SAYS = {
    What.HIDDEN: Says(
        _("Hide this"), _("Only facilitators can read it then, until one of them shows it again."), _("Hide it")
    ),
    What.SHOWN: Says(_("Show this again"), _("Everybody for whom it is meant can read it again."), _("Show it again")),
    What.RESTORED: Says(
        _("Bring this back"), _("Everybody for whom it is meant can read it again."), _("Bring it back")
    ),
    What.UNLOCKED: Says(_("Open this topic again"), _("All members can reply again."), _("Open it again")),
    What.DELETED: Says(_("Delete this"), _("A facilitator can bring it back."), _("Delete it"), is_grave=True),
    What.LOCKED: Says(_("Lock this topic"), _("It can be read, and nobody but facilitators replies."), _("Lock it")),
    What.WARNED: Says(
        _("Write to them about this"),
        _("They get your words by mail, with the passage. Nothing is done to it."),
        _("Send it"),
    ),
    What.HELD: Says(
        _("Read their posts first"),
        _("What they write in this community waits until a facilitator has approved it."),
        _("Read them first"),
    ),
    What.RELEASED: Says(
        _("Read their posts first no longer"), _("What they write is read by everybody at once."), _("Let them write")
    ),
    What.SUSPENDED: Says(
        _("Suspend them"),
        _("They can read what everybody reads, and neither what members read nor write. What they wrote stays."),
        _("Suspend them"),
        is_grave=True,
    ),
    What.READMITTED: Says(_("Readmit them"), _("They can take part again at once."), _("Readmit them")),
    What.REMOVED: Says(
        _("End their membership"),
        _("They may come back the way everybody comes in. Suspended until a facilitator readmits them they may not."),
        _("End it"),
        is_grave=True,
    ),
}
OTHERWISE = Says(_("Decide about this"), "", _("Do it"))
