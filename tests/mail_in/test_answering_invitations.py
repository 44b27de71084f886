"""Accepting an invitation, and answering an event, without ever opening a page."""

import pytest
from allauth.account.models import EmailAddress

from events import answering, publishing, telling
from events.rsvp_models import Rsvp
from members import inviting
from members.invitation_models import Invitation
from members.models import Membership, User
from tests.events.test_replies_from_calendars import reply as calendar_reply
from tests.factories import EventFactory, UserFactory
from tests.mail_in.conftest import arrive, mail, mail_to


@pytest.fixture
def invited(community, facilitator):
    inviting.invite(community, "new@example.org", role="member", message="", by=facilitator)
    return mail_to("new@example.org")


def members() -> list[str]:
    return list(
        Membership.objects.active().filter(user__email="new@example.org").values_list("user__display_name", flat=True)
    )


def test_yes_makes_an_account_and_a_member(invited):
    assert "answer this mail" in invited.get_body(("plain",)).get_content()
    arrived = arrive(mail("Nina New <new@example.org>", invited["Reply-To"], "Yes, gladly!"))
    assert (arrived.state, members()) == ("done", ["Nina New"])
    user = User.objects.get(email="new@example.org")
    assert not user.has_usable_password()
    assert EmailAddress.objects.filter(user=user, verified=True).exists()
    assert "Welcome" in mail_to("new@example.org").get_body(("plain",)).get_content()


def test_yes_twice_is_yes_once(invited):
    for text in ("Yes", "yes."):
        arrived = arrive(mail("new@example.org", invited["Reply-To"], text))
    assert (arrived.state, len(members())) == ("done", 1)


def test_no_declines(invited):
    arrive(mail("new@example.org", invited["Reply-To"], "No, thank you."))
    assert Invitation.objects.get().declined_at and not User.objects.filter(email="new@example.org").exists()


def test_a_question_goes_to_whoever_invited(invited, facilitator):
    arrive(mail("new@example.org", invited["Reply-To"], "What is this about?"))
    passed = mail_to(facilitator.email)
    assert "What is this about?" in passed.get_body(("plain",)).get_content()
    assert passed["Reply-To"] == "new@example.org"


def test_an_answer_from_another_address_asks_whoever_was_invited(invited, visitor):
    arrived = arrive(mail("other@example.org", invited["Reply-To"], "Yes"))
    assert (arrived.state, arrived.asked, members()) == ("held", "new@example.org", [])
    visitor.post(f"/mail/held/{arrived.token}/")
    assert len(members()) == 1


def test_an_account_that_never_proved_the_address_is_not_let_in(invited):
    UserFactory(email="new@example.org")
    assert arrive(mail("new@example.org", invited["Reply-To"], "Yes")).state == "refused"
    assert members() == []


def test_an_invitation_taken_back_is_refused(invited):
    inviting.withdraw(Invitation.objects.get())
    assert arrive(mail("new@example.org", invited["Reply-To"], "Yes")).state == "refused"


@pytest.fixture
def event(community, writer):
    event = EventFactory(community=community)
    publishing.publish(event) if event.is_draft else None
    return event


@pytest.fixture
def to_event(event, writer):
    answering.answer(event.occurrences.first(), person=writer, answer="maybe")
    telling.tell_answers()
    return mail_to(writer.email)["Reply-To"]


def test_a_calendar_program_answers_by_mail(to_event, event, writer):
    from email.message import EmailMessage

    assert "@in.example.org" in to_event
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = writer.email, to_event, "Accepted: Meeting"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("Wanda has accepted.")
    message.add_alternative(calendar_reply(event, writer.email), subtype="calendar", params={"method": "REPLY"})
    arrived = arrive(message.as_bytes())
    assert (arrived.state, Rsvp.objects.get().answer) == ("done", "coming")


@pytest.mark.parametrize(("said", "kept"), [("Yes", "coming"), ("No, sorry", "not"), ("Maybe.", "maybe")])
def test_a_person_answers_in_plain_words(to_event, writer, said, kept):
    assert arrive(mail(writer.email, to_event, said)).state == "done"
    assert Rsvp.objects.get().answer == kept


def test_another_s_secret_is_not_one_s_own(to_event, asker):
    assert arrive(mail(asker.email, to_event, "No")).state == "refused"
    assert Rsvp.objects.get().answer == "maybe"


def test_an_answering_machine_answers_nothing(to_event, writer):
    raw = b"Auto-Submitted: auto-replied\n" + mail(writer.email, to_event, "Yes")
    assert (arrive(raw).state, Rsvp.objects.get().answer) == ("ignored", "maybe")
