"""Proposals: answered, changed and answered again, closed with an outcome; the remit is changed by one."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from cop.agreements import moving, proposing, telling
from cop.agreements.models import Position, Proposal, ProposalVersion, Remit
from cop.agreements.places import Place
from cop.base.errors import Refused
from cop.mail.models import Delivery, Mailing
from cop.notifications.models import Activity, Subscription
from cop.search import indexing
from cop.search.searching import search
from members import joining
from tests.factories import MembershipFactory, ProposalFactory
from tests.notifications.conftest import mails_to, text_of

LIST = "/c/library/proposals/"


@pytest.fixture
def proposed(community, member):
    return proposing.propose(community, by=member, title="Mondays", text="We meet on **Mondays**.")


def days_later(days):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=True)


def answer(proposal, by, stance="consent", reason="", version=None):
    return proposing.take_position(proposal, by=by, stance=stance, reason=reason, version=version or proposal.version)


def shown(client, path=LIST):
    return client.get(path).content.decode()


# --- Proposing and answering --------------------------------------------------------------------------------------


def test_it_stays_open_for_seven_days_and_is_told(proposed, as_sponsor):
    assert proposed.closes_at - timezone.now() > timedelta(days=6, hours=23)
    assert Activity.objects.get(kind="proposal").verb == "proposed"
    assert "Mondays" in shown(as_sponsor)
    assert "<strong>Mondays</strong>" in shown(as_sponsor, f"{LIST}{proposed.pk}/")


def test_the_form_sent_twice_makes_one_proposal(as_member, community):
    day = timezone.localdate() + timedelta(days=7)
    for _click in range(2):
        as_member.post(f"{LIST}add/", {"title": "Mondays", "text": "We meet.", "closes_on": day})
    assert Proposal.objects.count() == ProposalVersion.objects.count() == 1


@pytest.mark.parametrize("days", [-1, 400])
def test_a_day_out_of_reach_is_said_at_the_field(as_member, community, days):
    day = timezone.localdate() + timedelta(days=days)
    answered = as_member.post(f"{LIST}add/", {"title": "Mondays", "text": "We meet.", "closes_on": day})
    assert answered.status_code == 422
    assert "closes_on" in answered.context["form"].errors


def test_everybody_sees_who_thinks_what_and_why(proposed, as_member, facilitator):
    answer(proposed, facilitator, "objection", "Mondays are market days.")
    page = shown(as_member, f"{LIST}{proposed.pk}/")
    assert "Objection · 1" in page
    assert "Mondays are market days." in page


def test_an_answer_can_be_changed_and_counts_once(proposed, as_facilitator, facilitator):
    for stance in ("consent", "concern", "concern"):
        as_facilitator.post(f"{LIST}{proposed.pk}/answer/", {"stance": stance, "reason": "Late", "version": 1})
    assert Position.objects.get().stance == "concern"


@pytest.mark.parametrize("stance", ["concern", "objection"])
def test_a_concern_and_an_objection_say_why(proposed, as_facilitator, stance):
    answered = as_facilitator.post(f"{LIST}{proposed.pk}/answer/", {"stance": stance, "reason": " ", "version": 1})
    assert answered.status_code == 422
    assert "Say why" in answered.content.decode()


def test_a_sponsor_who_answers_is_told_who_can(proposed, as_sponsor):
    answered = as_sponsor.post(f"{LIST}{proposed.pk}/answer/", {"stance": "consent", "version": 1})
    assert answered.status_code == 403
    assert "Only members and facilitators" in answered.content.decode()


def test_nobody_answers_after_its_time(proposed, facilitator):
    with days_later(8), pytest.raises(Refused, match="over"):
        answer(proposed, facilitator)


def test_nothing_is_proposed_in_a_closed_place_or_an_archived_community(community, member):
    place = Place("topic", 7, "Spring", "/topic/7/", community.pk, "community", is_closed=True)
    with pytest.raises(Refused):
        proposing.propose(community, by=member, title="x", text="x", place=place)
    community.archived_at = timezone.now()
    community.save()
    with pytest.raises(Refused):
        proposing.propose(community, by=member, title="x", text="x")


def test_what_is_proposed_among_facilitators_stays_with_them(community, facilitator, member, as_member):
    place = Place("topic", 7, "Spring", "/topic/7/", community.pk, "facilitators", "forum", 3)
    made = proposing.propose(community, by=facilitator, title="Budget", text="x", place=place)
    assert as_member.get(f"{LIST}{made.pk}/").status_code == 404
    moving.change_audience("forum", 3, audience="community")
    assert as_member.get(f"{LIST}{made.pk}/").status_code == 200


# --- Changing the text --------------------------------------------------------------------------------------------


def test_a_changed_text_asks_again_once(proposed, member, facilitator):
    answer(proposed, facilitator, "objection", "Market day")
    assert proposing.revise(proposed, by=member, text="Tuesdays", note="Tuesday instead.", version=1)
    for _run in range(2):
        telling.tell_due()
    assert "Tuesday instead." in text_of(mails_to(facilitator.email)[0])
    assert Delivery.objects.count() == 1
    assert proposing.standing_objections(proposed) == 0


def test_who_answers_the_new_text_before_the_mail_is_not_mailed(proposed, member, facilitator):
    answer(proposed, facilitator)
    proposing.revise(proposed, by=member, text="Tuesdays", note="n", version=1)
    answer(proposed, facilitator)
    telling.tell_due()
    assert not Delivery.objects.exists()


def test_an_answer_to_a_text_that_was_changed_meanwhile_is_shown_the_new_one(proposed, member, as_facilitator):
    proposing.revise(proposed, by=member, text="Tuesdays", note="Moved", version=1)
    answered = as_facilitator.post(f"{LIST}{proposed.pk}/answer/", {"stance": "consent", "version": 1})
    assert answered.status_code == 422
    assert "Tuesdays" in answered.content.decode()
    assert not Position.objects.exists()


def test_of_two_who_change_it_at_once_the_second_sees_the_first(proposed, member, facilitator):
    other = Proposal.objects.get(pk=proposed.pk)
    proposing.revise(proposed, by=member, text="Tuesdays", note="n", version=1)
    with pytest.raises(Refused):
        proposing.revise(other, by=facilitator, text="Fridays", note="n", version=1)


def test_a_late_change_leaves_some_days_to_answer(proposed, member):
    with days_later(6):
        proposing.revise(proposed, by=member, text="Tuesdays", note="n", version=1)
        assert proposed.closes_at - timezone.now() > timedelta(days=2, hours=23)


def test_earlier_texts_and_what_changed_stay_to_be_read(proposed, as_member, member):
    proposing.revise(proposed, by=member, text="Tuesdays", note="Moved by a day", version=1)
    page = shown(as_member, f"{LIST}{proposed.pk}/")
    assert "<strong>Mondays</strong>" in page
    assert "<ins>Tuesdays</ins>" in page
    assert "Version 2: Moved by a day" in page


def test_it_is_found_by_its_members_with_the_words_it_has_now(proposed, member, facilitator, outsider):
    proposing.revise(proposed, by=member, text="Tuesdays", note="n", version=1)
    assert [hit.entry.url for hit in search(member, "tuesdays").hits] == [proposed.get_absolute_url()]
    assert not search(outsider, "tuesdays").hits
    list(indexing.reindex("proposal"))
    assert search(member, "tuesdays").count == 1
    proposing.withdraw(proposed, by=member)
    assert not search(member, "tuesdays").hits


# --- The outcome --------------------------------------------------------------------------------------------------


def decide(proposal, by, *, is_agreed=True, **given):
    return proposing.decide(proposal, by=by, is_agreed=is_agreed, outcome="So be it.", **given)


def test_nothing_is_decided_before_its_time(proposed, member, facilitator):
    answer(proposed, facilitator)
    with pytest.raises(Refused, match="still answer"):
        decide(proposed, member)


def test_while_somebody_objects_it_is_not_agreed(proposed, member, facilitator):
    answer(proposed, facilitator, "objection", "No")
    with days_later(8):
        with pytest.raises(Refused, match="objects"):
            decide(proposed, member)
        assert decide(proposed, member, is_agreed=False)
    assert proposed.state == "not-agreed"


def test_silence_of_all_is_no_consent(proposed, member):
    with days_later(8), pytest.raises(Refused, match="Nobody else"):
        decide(proposed, member)


def test_the_outcome_is_written_once(proposed, as_member, facilitator):
    answer(proposed, facilitator)
    with days_later(8):
        as_member.force_login(proposed.proposer)
        for _click in range(2):
            as_member.post(f"{LIST}{proposed.pk}/decide/", {"is_agreed": "yes", "outcome": "We *meet*."})
        assert "We <em>meet</em>." in shown(as_member, f"{LIST}{proposed.pk}/")
    assert Activity.objects.filter(verb="decided").count() == 1


def test_more_time_opens_it_again(proposed, member, facilitator):
    with days_later(8):
        proposing.prolong(proposed, closes_at=timezone.now() + timedelta(days=2), by=member)
        answer(proposed, facilitator)
    assert Position.objects.count() == 1


def test_what_is_taken_back_is_no_longer_answered(proposed, member, facilitator, as_facilitator):
    assert proposing.withdraw(proposed, by=member)
    assert not proposing.withdraw(proposed, by=member)
    with pytest.raises(Refused):
        answer(Proposal.objects.get(pk=proposed.pk), facilitator)
    assert not Activity.objects.standing().filter(kind="proposal").exists()


# --- Mails --------------------------------------------------------------------------------------------------------


def test_who_has_not_answered_hears_once_that_it_closes_soon(proposed, member, facilitator, sponsor):
    answer(proposed, member)
    with days_later(5.5):
        for _run in range(2):
            telling.tell_due()
    assert "you have not answered yet" in text_of(mails_to(facilitator.email)[0])
    assert set(Delivery.objects.values_list("address", flat=True)) == {facilitator.email}


def test_who_muted_the_community_hears_nothing(proposed, community, member, facilitator):
    answer(proposed, member)
    with days_later(5.5):
        telling.follow_as_members(community)
        Subscription.objects.filter(subscriber__user=facilitator).update(pace="muted")
        telling.tell_due()
    assert not Delivery.objects.exists()


def test_the_proposer_is_asked_for_the_outcome_once(proposed, member, facilitator):
    with days_later(7.5):
        assert [telling.tell_due(), telling.tell_due()] == [1, 0]
    assert "write what came of it" in text_of(mails_to(member.email)[0])


def test_where_the_proposer_has_left_the_facilitators_are_asked(proposed, community, member, facilitator):
    joining.leave(community, by=member)
    with days_later(7.5):
        telling.tell_due()
    assert Mailing.objects.get(name="proposal_ended").deliveries.get().address == facilitator.email


def test_on_the_day_it_is_looked_at_again(proposed, member, facilitator):
    answer(proposed, facilitator)
    with days_later(8):
        decide(proposed, member, look_again_on=timezone.localdate() + timedelta(days=30))
        telling.tell_due()
    assert not Mailing.objects.filter(name="proposal_look_again").exists()
    with days_later(40):
        telling.tell_due()
    assert Mailing.objects.filter(name="proposal_look_again").count() == 1


# --- The remit ----------------------------------------------------------------------------------------------------


def test_an_agreed_remit_counts_and_the_one_before_stays(community, member, facilitator, visitor, as_member):
    for text in ("We *catalogue*.", "We *lend*."):
        made = proposing.propose(community, by=member, title="Our remit", text=text, is_remit=True)
        answer(made, facilitator)
        with days_later(8):
            decide(made, member)
    assert [remit.number for remit in Remit.objects.order_by("number")] == [1, 2]
    page = shown(visitor, "/c/library/remit/")
    assert page.index("We <em>lend</em>.") < page.index("We <em>catalogue</em>.")
    assert "lend" in shown(as_member, f"{LIST}add/?remit=1")


def test_a_remit_that_was_not_agreed_changes_nothing(community, member):
    made = proposing.propose(community, by=member, title="Our remit", text="x", is_remit=True)
    with days_later(8):
        decide(made, member, is_agreed=False)
    assert not Remit.objects.exists()


def test_the_remit_of_a_closed_community_stays_with_its_people(community, visitor, as_member):
    community.audience = "community"
    community.save()
    assert visitor.get("/c/library/remit/").status_code == 404
    assert "No remit yet" in shown(as_member, "/c/library/remit/")


# --- Lists --------------------------------------------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow(query_count, as_member, community, proposed, facilitator):
    answer(proposed, facilitator)
    ProposalFactory(community=community, state="agreed", decided_at=timezone.now())
    paths = [LIST, f"{LIST}{proposed.pk}/"]
    before = [query_count(as_member, path) for path in paths]
    for _number in range(6):
        ProposalFactory(community=community)
        ProposalFactory(community=community, state="agreed", decided_at=timezone.now())
        answer(proposed, MembershipFactory(community=community).user)
    assert [query_count(as_member, path) for path in paths] == before
