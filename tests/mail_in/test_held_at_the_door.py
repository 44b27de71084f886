"""Mails held at the door, on the desk of facilitators: who is asked decides, or they do, and never both."""

import pytest

from cop.base.errors import Refused
from cop.mail import handling
from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Delivery
from cop.moderation import deciding, objecting, sweeping, telling
from cop.moderation.action_models import ModerationAction
from cop.moderation.kinds import Act, kinds
from cop.moderation.models import Case
from cop.privacy.models import PersonRecord
from discussions.models import Reply, Topic, Via
from discussions.starting_by_mail import address_of
from members import joining
from tests.factories import MembershipFactory, UserFactory
from tests.mail_in.conftest import arrive, mail, mail_to, names_to, proven
from tests.mail_in.test_doubts import FAILED, PASSED

POINT = "2. We write what helps others here; advertising does not."


@pytest.fixture(autouse=True)
def _our_server_vouches(settings):
    settings.INCOMING_AUTH_HOST = "mx.example.org"


@pytest.fixture
def held(mailed, facilitator) -> IncomingMessage:
    """A mail in Wanda's name that her own domain denies."""
    return arrive(mail("w@example.org", mailed["Reply-To"], Authentication_Results=FAILED))


def case() -> Case:
    return Case.objects.select_related("community", "about").get(kind="mail")


def by_mail() -> list[Reply]:
    return list(Reply.objects.filter(via=Via.MAIL))


def test_it_waits_with_all_that_is_known_of_it(held, writer, as_facilitator):
    shown = deciding.shown_of(case())
    assert (case().about, shown.title, shown.html) == (writer, "Re: Offprints", "<p>In a drawer.</p>")
    assert shown.because == (
        "Nothing proves that Wanda wrote this. It came from w@example.org.",
        "Its sender's own domain denies it: anybody can write an address on a letter.",
        "Wanda was asked by mail, and has not answered yet. Let it in only if you know that it is theirs.",
    )
    page = as_facilitator.get("/c/library/care/").content.decode()
    assert "Mails held at the door" in page and "In a drawer." in page and "here since" in page


def test_many_are_looked_at_with_two_questions(mailed, facilitator, django_assert_num_queries):
    for number in range(3):
        arrive(mail("w@example.org", mailed["Reply-To"], f"Drawer {number}", Authentication_Results=FAILED))
    ids = list(Case.objects.filter(kind="mail").values_list("thing_id", flat=True))
    with django_assert_num_queries(2):
        assert len(kinds["mail"].show(ids)) == 3


def test_let_in_it_is_posted_like_any_other_and_its_person_is_told(held, writer, facilitator, topic):
    deciding.decide(case(), "let-in", Act(by=facilitator))
    [reply] = by_mail()
    assert (reply.author, reply.topic, reply.body) == (writer, topic, "In a drawer.")
    assert (case().outcome, case().settled_by) == ("let-in", facilitator)
    telling.tell_due()
    told = mail_to("w@example.org").get_body(("plain",)).get_content()
    assert "though nothing proves that you wrote it" in told and "/moderated/" in told
    [line] = ModerationAction.objects.all()
    assert (line.by, line.about, line.url) == (facilitator, writer, reply.get_absolute_url())
    assert PersonRecord.objects.get(what="moderated").about == writer


def test_who_did_not_write_it_says_so_and_it_is_hidden(held, writer, facilitator, community):
    deciding.decide(case(), "let-in", Act(by=facilitator))
    made = objecting.object_to(ModerationAction.objects.get(), by=writer, words="Not mine!")
    other = MembershipFactory(community=community, role="facilitator").user
    deciding.decide(Case.objects.get(kind=objecting.KIND, thing_id=made.pk), "granted", Act(by=other))
    assert by_mail()[0].hidden_at is not None


def test_turned_away_its_person_is_told_why_and_the_address_that_it_came_from_is_not(mailed, writer, facilitator):
    held = arrive(mail("wanda@evil.example", mailed["Reply-To"], Authentication_Results=PASSED))
    assert "wanda@evil.example" in deciding.shown_of(case()).because[0]
    with pytest.raises(Refused):
        deciding.decide(case(), "turned-away", Act(by=facilitator))
    deciding.decide(case(), "turned-away", Act(by=facilitator, reason=POINT, words="Write from your own address."))
    held.refresh_from_db()
    assert (held.state, by_mail()) == ("ignored", [])
    telling.tell_due()
    told = mail_to("w@example.org").get_body(("plain",)).get_content()
    assert POINT in told and "Write from your own address." in told
    assert not Delivery.objects.filter(address="wanda@evil.example").exists()


def test_dropped_nobody_hears_of_it(held, facilitator, writer):
    before = Delivery.objects.count()
    deciding.decide(case(), "dropped", Act(by=facilitator))
    telling.tell_due()
    assert (Delivery.objects.count(), by_mail()) == (before, [])
    assert ModerationAction.objects.get().what == "dropped"


@pytest.mark.parametrize("button", ["", "discard/"])
def test_it_waits_no_longer_when_its_person_answers(held, visitor, facilitator, button):
    was = case()
    visitor.post(f"/mail/held/{held.token}/{button}")
    assert (case().outcome, case().settled_by) == ("over" if button else "confirmed", None)
    with pytest.raises(Refused, match="settled"):
        deciding.decide(was, "let-in", Act(by=facilitator))
    assert len(by_mail()) == (0 if button else 1)


def test_of_a_facilitator_and_the_person_at_once_one_decides(held, facilitator, visitor, monkeypatch):
    """The person presses the button after the facilitator's decision has begun."""
    from cop.moderation import held_mails

    real = held_mails._held

    def slowly(case):
        row = real(case)
        visitor.post(f"/mail/held/{held.token}/")
        return row

    monkeypatch.setattr(held_mails, "_held", slowly)
    with pytest.raises(Refused, match="answered meanwhile"):
        deciding.decide(case(), "let-in", Act(by=facilitator))
    assert len(by_mail()) == 1
    assert case().outcome == "confirmed"
    assert not ModerationAction.objects.exists()


def test_of_two_facilitators_one_decides(held, facilitator, community):
    other = MembershipFactory(community=community, role="facilitator").user
    first, second = case(), case()
    deciding.decide(first, "let-in", Act(by=facilitator))
    with pytest.raises(Refused, match="Fatima has settled this meanwhile"):
        deciding.decide(second, "dropped", Act(by=other))
    assert len(by_mail()) == 1


def test_the_persons_own_button_shows_what_came_of_it(held, facilitator, visitor):
    deciding.decide(case(), "let-in", Act(by=facilitator))
    assert "Your mail is in" in visitor.get(f"/mail/held/{held.token}/").content.decode()
    visitor.post(f"/mail/held/{held.token}/")
    assert len(by_mail()) == 1


def test_a_topic_for_a_forum_is_let_in_too(forum, writer, facilitator):
    arrive(mail("w@example.org", address_of(forum), "How do you weed?", subject="Weeding"))
    assert deciding.shown_of(case()).because[1].startswith("It came to an address that everybody may know")
    deciding.decide(case(), "let-in", Act(by=facilitator))
    assert Topic.objects.get(title="Weeding").starter == writer
    assert names_to("w@example.org") == ["incoming_held"]


def test_what_cannot_be_posted_is_said_to_the_facilitator_alone(held, facilitator, topic):
    topic.locked_at = held.received_at
    topic.save()
    with pytest.raises(Refused, match="It could not be posted"):
        deciding.decide(case(), "let-in", Act(by=facilitator))
    assert case().is_settled
    assert names_to("w@example.org") == ["incoming_held"]


def test_commands_and_mails_of_strangers_are_nobody_elses_to_decide(mailed, forum, writer, community, facilitator):
    assert arrive(mail("w@example.org", mailed["Reply-To"], "stop", Authentication_Results=FAILED)).state == "held"
    assert arrive(mail("w@example.org", address_of(forum), "", subject="unsubscribe")).state == "held"
    joining.leave(community, by=writer)
    assert arrive(mail("w@example.org", address_of(forum), "Long words of a topic.", subject="Hm")).state == "held"
    assert not Case.objects.filter(kind="mail").exists()


def test_one_that_is_forgotten_waits_no_longer(held, facilitator):
    held.delete()
    sweeping.sweep()
    assert case().outcome == "over"


def test_run_again_by_site_staff_it_waits_once(held, facilitator):
    handling.again(held)
    assert Case.objects.filter(kind="mail").count() == 1


def test_a_mail_that_answers_a_facilitators_mail_is_no_other_facilitators(community, facilitator, held):
    """Else one could decide in another's name."""
    from datetime import timedelta

    from django.utils import timezone

    from cop.moderation import letters

    proven(facilitator)
    joining.ask_to_join(community, by=UserFactory(display_name="Aki"), line="How do you weed?")
    letters.write_due(timezone.now() + timedelta(minutes=3))
    before = Case.objects.filter(kind="mail").count()
    forged = mail(facilitator.email, mail_to(facilitator.email)["Reply-To"], "yes", Authentication_Results=FAILED)
    assert arrive(forged).state == "held"
    assert Case.objects.filter(kind="mail").count() == before


def test_its_words_keep_their_lines_and_are_no_markup(mailed, facilitator):
    arrive(mail("w@example.org", mailed["Reply-To"], "One <b>two</b>\nthree", Authentication_Results=FAILED))
    assert deciding.shown_of(case()).html == "<p>One &lt;b&gt;two&lt;/b&gt;<br>three</p>"
