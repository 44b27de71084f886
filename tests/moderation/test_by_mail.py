"""What needs care is decided by answering a mail, or by its buttons: once, and by those who may."""

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cop.mail.answerables import LINKS_LAST
from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Mailing
from cop.moderation import caring, letters
from cop.moderation.kinds import Around, Decision, Shown, kinds
from cop.moderation.models import Case
from cop.notifications import following, leaving, pacing
from cop.notifications.models import Pace, Subscription
from members.models import Membership, User
from tests.factories import MembershipFactory
from tests.mail_in.conftest import arrive, mail, mail_to, names_to, proven


@pytest.fixture(autouse=True)
def _mail_comes_in(settings):
    settings.INCOMING_ADDRESS = "@in.example.org"


@pytest.fixture
def second(community) -> User:
    return proven(MembershipFactory(community=community, role="facilitator", user__display_name="Gustav").user)


def write(case: Case | None = None) -> int:
    return letters.write_due(timezone.now() + timedelta(minutes=3))


@pytest.fixture
def grave(desk, monkeypatch):
    """More to decide about the things of the desk, which no mail may do."""
    more = [
        Decision(name, gettext_lazy(label), desk.hide, done="Done.", is_grave=True, is_signed_in_only=True)
        for name, label in (("burn", "Burn it"), ("drown", "Drown it"))
    ]
    kind = kinds["thing"]
    monkeypatch.setattr(
        kinds, "_entries", {**kinds._entries, "thing": replace(kind, decisions=(*kind.decisions, *more))}
    )


@pytest.fixture
def told(case, facilitator, second):
    """The mail that one of two facilitators got."""
    proven(facilitator)
    assert write() == 2
    return mail_to(facilitator.email)


def links_in(message) -> dict[str, str]:
    found = re.findall(r"http://localhost:8000(/care/[^/]+/(\w+)/)", message.get_body(("plain",)).get_content())
    return {name: path for path, name in found}


def answer(told, user, text) -> IncomingMessage:
    return arrive(mail(user.email, told["Reply-To"], text))


def test_a_mail_says_what_waits_and_what_can_be_decided(told):
    assert told["Subject"] == "Things: Thing 7"
    text = told.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "By Mina" in text
    assert "- keep\n- hide 1 (or the number of another point)" in text
    assert "1. We speak about the matter" in text
    assert list(links_in(told)) == ["keep", "hide"]


def test_a_mail_says_who_it_is_about_and_what_stands_around_it(desk, community, facilitator, member, monkeypatch):
    around = (Around("Otto", "Who prunes?"), Around("Mina", "You fool <b>", is_it=True))
    shown = partial(Shown, url="/thing/8/", author="Mina", around=around)
    kind = replace(kinds["thing"], show=lambda ids: {pk: shown(f"Thing {pk}") for pk in ids})
    monkeypatch.setattr(kinds, "_entries", {**kinds._entries, "thing": kind})
    caring.needs_care("thing", 8, community=community, about=member)
    write()
    mailed = mail_to(facilitator.email)
    text = mailed.get_body(("plain",)).get_content().replace("\r\n", "\n")
    page = mailed.get_body(("html",)).get_content()
    assert "nothing had to be done before." in " ".join(text.split())
    assert "nothing had to be done before." in " ".join(page.split())
    assert "Mina: here since" in text and "Mina: here since" in page
    assert "- Otto: Who prunes?\n- Mina: You fool <b> (this is it)\n" in text
    assert "Otto: Who prunes?" in page and "You fool &lt;b&gt; (this is it)" in page


def test_one_word_decides(told, desk, case, facilitator):
    assert answer(told, facilitator, "Keep").state == "done"
    [(name, thing_id, act)] = desk.done
    assert (name, thing_id, act.by, act.words) == ("keep", 7, facilitator, "")
    case.refresh_from_db()
    assert (case.outcome, case.settled_by) == ("keep", facilitator)
    assert names_to(facilitator.email)[-1] == "incoming_done"


def test_the_number_names_the_point_and_the_rest_goes_to_whoever_it_is_about(told, desk, facilitator):
    answer(told, facilitator, "hide 2\n\nPlease write this in the market place.\n\n-- \nFatima")
    [(name, _thing, act)] = desk.done
    assert name == "hide"
    assert act.reason.startswith("2. We write what helps")
    assert act.words == "Please write this in the market place."


def test_the_words_may_stand_in_the_first_line_too(told, desk, facilitator):
    answer(told, facilitator, "Hide 1, it is about a person.")
    assert desk.done[0][2].words == "it is about a person."


@pytest.mark.parametrize("text", ["What do you think?", "hide", "hide 99"])
def test_what_decides_nothing_is_answered_with_how(told, desk, facilitator, text):
    arrived = answer(told, facilitator, text)
    assert arrived.state == "refused"
    assert "keep – Keep it" in arrived.reason
    assert desk.done == []
    assert names_to(facilitator.email)[-1] == "incoming_refused"


def test_the_second_hears_who_decided(told, desk, facilitator, second):
    other = mail_to(second.email)
    answer(told, facilitator, "keep")
    arrived = answer(other, second, "hide 1")
    assert arrived.reason == "Fatima has settled this meanwhile."
    assert [one[0] for one in desk.done] == ["keep"]


def test_the_same_mail_run_again_decides_nothing_new(told, desk, facilitator):
    arrived = answer(told, facilitator, "keep")
    IncomingMessage.objects.update(state="waiting", due_at=timezone.now())
    from cop.mail import handling

    handling.handle_due()
    arrived.refresh_from_db()
    assert arrived.state == "done"
    assert len(desk.done) == 1


def test_somebody_else_with_the_address_decides_nothing(told, desk, member):
    proven(member)
    assert answer(told, member, "keep").state == "held"
    assert desk.done == []


def test_who_facilitates_no_more_decides_nothing(told, desk, facilitator, visitor):
    Membership.objects.filter(user=facilitator).update(role="member")
    assert answer(told, facilitator, "keep").state == "refused"
    assert visitor.post(links_in(told)["keep"]).status_code == 403
    assert desk.done == []


def test_a_button_shows_what_it_does_and_does_it_when_pressed(told, desk, visitor, case, facilitator):
    link = links_in(told)["keep"]
    page = visitor.get(link).content.decode()
    assert "Thing 7" in page and "As Fatima, who facilitates Library Team." in page
    assert desk.done == []
    assert visitor.post(link, {"words": "Thank you."}).status_code == 200
    assert [(name, act.by, act.words) for name, _thing, act in desk.done] == [("keep", facilitator, "Thank you.")]
    assert "You settled this on" in visitor.get(link).content.decode()
    assert "This is settled" in visitor.post(link).content.decode()
    assert len(desk.done) == 1


def test_a_button_that_needs_a_reason_asks_for_it_and_keeps_what_was_typed(told, desk, visitor):
    link = links_in(told)["hide"]
    answer = visitor.post(link, {"words": "It is about a person."})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose the point of the guidelines" in page and "It is about a person." in page
    assert desk.done == []


def test_the_second_button_says_who_was_first(told, desk, visitor, second, facilitator):
    other = mail_to(second.email)
    visitor.post(links_in(told)["keep"])
    page = visitor.post(links_in(other)["hide"], {"reason": "1. We speak"}).content.decode()
    assert "Fatima settled this on" in page
    assert len(desk.done) == 1


def test_the_address_that_a_mail_is_answered_to_opens_no_page(told, visitor, facilitator, case):
    """It stands in a header, and in every answer to whomever."""
    code = re.search(r"reply\+([^@]+)@", told["Reply-To"])[1]
    assert visitor.post(f"/care/{code}/keep/").status_code == 404
    assert Case.objects.open().get() == case


def test_a_link_decides_for_two_weeks_and_then_leads_to_signing_in(told, desk, visitor, case):
    link = links_in(told)["keep"]
    Mailing.objects.update(created_at=timezone.now() - LINKS_LAST + timedelta(minutes=1))
    assert visitor.get(link).status_code == 200
    Mailing.objects.update(created_at=timezone.now() - LINKS_LAST - timedelta(minutes=1))
    for answer in (visitor.get(link), visitor.post(link)):
        assert answer.status_code == 410
        page = answer.content.decode()
        assert "This link is over" in page and case.get_absolute_url() in page
        assert "Thing 7" not in page
    assert desk.done == []


def test_what_is_grave_is_decided_signed_in_alone(grave, told, desk, visitor, case, facilitator):
    text = told.get_body(("plain",)).get_content()
    assert "burn" not in links_in(told)
    assert "Signed in, you can also decide on its page: Burn it; Drown it." in " ".join(text.split())
    assert "- burn" not in text and "<b>burn" not in told.get_body(("html",)).get_content()
    link = links_in(told)["keep"].replace("/keep/", "/burn/")
    answer_to_it = visitor.post(link, {"words": ""})
    assert answer_to_it.status_code == 302 and answer_to_it.url == case.get_absolute_url()
    arrived = answer(told, facilitator, "burn")
    assert arrived.state == "refused"
    assert "is not done by mail" in arrived.reason and case.get_absolute_url() in arrived.reason
    assert desk.done == []
    assert Case.objects.open().get() == case


def test_a_link_that_nobody_made_leads_nowhere(told, visitor):
    path = links_in(told)["keep"]
    assert visitor.get(path.replace("/care/", "/care/x")).status_code == 404


def test_what_is_settled_at_once_is_no_mail(case, facilitator):
    caring.settle("thing", 7, by=facilitator, outcome="keep")
    assert write() == 0


def test_a_thing_is_told_of_once(told):
    assert write() == 0


def test_what_is_gone_is_no_mail(desk, case, facilitator):
    desk.gone.add(7)
    assert write() == 0


def test_many_at_once_are_one_mail(desk, community, facilitator):
    for number in range(6):
        caring.needs_care("thing", number + 1, community=community)
    assert write() == 1
    mailed = mail_to(facilitator.email)
    assert mailed["Subject"] == "6 things need care in Library Team"
    assert "- Things: Thing 3" in mailed.get_body(("plain",)).get_content()


def test_nobody_is_mailed_about_their_own(desk, community, facilitator, second):
    caring.needs_care("thing", 9, community=community, about=second)
    assert write() == 1
    assert names_to(second.email) == []


def test_who_wants_none_of_these_gets_none(case, community, facilitator, second):
    write()
    row = Subscription.objects.get(thing_kind="care", subscriber__user=facilitator)
    assert row.token in str(mail_to(facilitator.email)["List-Unsubscribe"])
    leaving.leave(row)
    pacing.change_pace(following.subscription_of(second, _care(community)), Pace.MUTED)
    caring.needs_care("thing", 8, community=community)
    assert write() == 0


def _care(community):
    from cop.moderation.care_following import thing_of

    return thing_of(community)
