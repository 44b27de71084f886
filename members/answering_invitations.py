"""Invitations answered by mail: "yes" makes a member, and an account; what says nothing goes to whoever invited."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.mail import outbox
from cop.mail.answerables import Answer
from cop.mail.authenticity import FAILED
from cop.mail.plain_words import answer_in
from cop.mail.routes import Doubt, Taken
from members import inviting
from members.fields import tidy_name, validate_display_name
from members.invitation_models import Invitation
from members.models import User


def take(answer: Answer) -> Taken:
    """Accept or decline an invitation for whoever it was mailed to; raise Refused, or Doubt where another wrote."""
    arrived = answer.arrived
    invitation = Invitation.objects.select_related("community", "invited_by").filter(pk=answer.about).first()
    if invitation is None or invitation.token != answer.key:
        raise Refused(_("This invitation does not exist any more."))
    if not arrived.who and (arrived.sender != invitation.email.lower() or arrived.verdict == FAILED):
        why = _("It answers an invitation that was sent to you, and it is not sure that you wrote it.")
        raise Doubt(invitation.email, who="invited", why=why)
    said = answer_in(arrived.text)
    if said == "no":
        inviting.decline(invitation)
        return Taken(line=_("You declined. You get no more mail about it."))
    if said != "yes":
        return _pass_on(answer, invitation)
    user = _account(invitation.email, arrived.letter.name)
    if not (invitation.accepted_at and user.memberships.active().filter(community=invitation.community).exists()):
        inviting.accept(invitation, by=user)
    return Taken(invitation.community.get_absolute_url(), _welcome(invitation))


def _welcome(invitation: Invitation) -> str:
    name = invitation.community.name
    if inviting.asks_first(invitation):
        return _("Thank you. The facilitators of %(name)s are told that you would like to join.") % {"name": name}
    words = _(
        "Welcome, you belong to %(name)s now. What happens there comes by mail, and you can answer by mail. To look at "
        "the page, ask there for a code by mail: you need no password."
    )
    return words % {"name": name}


@transaction.atomic
def _account(email: str, name: str) -> User:
    """Give the account of an address that its owner has just written from; make one where there is none."""
    proven = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
    if proven:
        known: User = proven.user
        return known
    if User.objects.filter(email__iexact=email).exists():
        # Somebody else may have made it, and would be let in by our proving its address.
        raise Refused(_("There is an account with this address that nobody has proven. Sign in there, then accept."))
    user = User.objects.create_user(email, display_name=_name(name, email))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _name(name: str, email: str) -> str:
    tidy = tidy_name(name)[:80]
    try:
        validate_display_name(tidy)
    except ValidationError:
        return tidy_name(email.partition("@")[0])[:80]
    return tidy


def _pass_on(answer: Answer, invitation: Invitation) -> Taken:
    """Give a question to whoever invited."""
    arrived, by = answer.arrived, invitation.invited_by
    if by is None or not by.is_active:
        raise Refused(_("Write “yes” or “no” in the first line, and nothing else."))
    outbox.send(
        "invitation_question",
        to=by.email,
        context={"invitation": invitation, "community": invitation.community, "text": arrived.text[:5000]},
        dedupe_key=f"invitation_question:{arrived.once}",
        reply_to=invitation.email,
    )
    said = _("%(name)s gets your words. To join, write “yes” in the first line.")
    return Taken(line=said % {"name": by.display_name})
