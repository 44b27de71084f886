"""People say whether they come; who finds no place waits, and the list moves by itself."""

from datetime import timedelta

import pytest
from django.test import Client

from cop.base.errors import Refused
from cop.guarding.models import WordList
from cop.notifications.models import Subscriber
from events import answering, hosting, visiting
from events.rsvp_models import Answer, Rsvp
from events.telling import tell_answers
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=False)


def url(occurrence, name="", *more):
    return f"{occurrence.get_absolute_url()}{name}"


@pytest.fixture
def full(occurrence, event, member):
    """An event with one place, which the member has."""
    event.capacity = 1
    event.save()
    answering.answer(occurrence, person=member, answer="coming")
    return occurrence


def refreshed(row):
    row.refresh_from_db()
    return row


def answer_of(occurrence, person):
    return answering.rsvp_of(occurrence, person).answer


def test_a_member_says_yes_on_the_page(as_member, member, occurrence):
    page = as_member.post(url(occurrence, "answer/"), {"answer": "coming", "line": "I bring coffee"}, follow=True)
    assert "You are coming" in page.content.decode()
    assert answer_of(occurrence, member) == Answer.COMING
    assert refreshed(occurrence).taken == 1


def test_the_same_answer_twice_counts_once(member, occurrence):
    for _time in range(2):
        answering.answer(occurrence, person=member, answer="coming")
    assert occurrence.rsvps.count() == 1
    assert refreshed(occurrence).taken == 1


def test_who_says_yes_gets_the_entry_for_the_calendar(member, occurrence, mails):
    answering.answer(occurrence, person=member, answer="coming")
    tell_answers()
    ((subject, text, calendar),) = mails(member.email)
    entry = calendar.walk("VEVENT")[0]
    assert subject == "You are coming: Vaccination day"
    assert "/answer/" in text
    assert calendar["METHOD"] == "REQUEST"
    assert str(entry["ATTENDEE"]) == f"mailto:{member.email}"
    assert entry["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert str(entry["ORGANIZER"]).startswith(f"mailto:events+{Rsvp.objects.get().token}@")


def test_who_says_no_after_yes_gets_the_entry_taken_out(member, occurrence, mails):
    answering.answer(occurrence, person=member, answer="coming")
    tell_answers()
    answering.answer(occurrence, person=member, answer="not")
    tell_answers()
    assert mails(member.email)[-1][2]["METHOD"] == "CANCEL"


def test_who_says_no_at_once_gets_no_mail(member, occurrence, mails):
    answering.answer(occurrence, person=member, answer="not")
    tell_answers()
    assert mails(member.email) == []


def test_guests_take_places_as_far_as_the_host_allows(member, occurrence, event):
    event.guests_most, event.capacity = 2, 4
    event.save()
    answering.answer(occurrence, person=member, answer="coming", guests=2)
    assert refreshed(occurrence).free == 1
    with pytest.raises(Refused, match="2 guests at most"):
        answering.answer(occurrence, person=member, answer="coming", guests=3)


def test_where_all_places_are_taken_one_waits(full, facilitator, as_facilitator):
    page = as_facilitator.post(url(full, "answer/"), {"answer": "coming", "line": ""}, follow=True)
    assert answer_of(full, facilitator) == Answer.WAITING
    assert "You are number 1 on the waiting list" in page.content.decode()


def test_without_a_waiting_list_one_is_told_that_it_is_full(full, event, facilitator):
    event.has_waiting_list = False
    event.save()
    with pytest.raises(Refused, match="All places are taken"):
        answering.answer(full, person=facilitator, answer="coming")


def test_a_freed_place_is_offered_to_the_first_who_waits(full, member, facilitator, sponsor, mails):
    answering.answer(full, person=facilitator, answer="coming")
    answering.answer(full, person=sponsor, answer="coming")
    answering.answer(full, person=member, answer="not")
    tell_answers()
    assert answer_of(full, facilitator) == Answer.OFFERED
    assert answer_of(full, sponsor) == Answer.WAITING
    assert mails(facilitator.email)[-1][0] == "A place for you: Vaccination day"


def test_nobody_overtakes_who_waits(full, member, facilitator, outsider):
    answering.answer(full, person=facilitator, answer="coming")
    answering.answer(full, person=member, answer="not")
    answering.answer(full, person=outsider, answer="coming")
    assert answer_of(full, outsider) == Answer.WAITING


def test_an_offer_that_nobody_takes_goes_on(full, member, facilitator, sponsor, now):
    answering.answer(full, person=facilitator, answer="coming")
    answering.answer(full, person=sponsor, answer="coming")
    answering.answer(full, person=member, answer="not")
    now.shift(timedelta(hours=25))
    assert answering.lapse_offers() == 1
    assert answer_of(full, facilitator) == Answer.MAYBE
    assert answer_of(full, sponsor) == Answer.OFFERED
    assert answering.lapse_offers() == 0


def test_who_takes_the_offer_comes(full, member, facilitator):
    answering.answer(full, person=facilitator, answer="coming")
    answering.answer(full, person=member, answer="not")
    answering.answer(full, person=facilitator, answer="coming")
    assert answer_of(full, facilitator) == Answer.COMING
    assert refreshed(full).taken == 1


def test_more_places_move_the_list(full, event, facilitator):
    answering.answer(full, person=facilitator, answer="coming")
    event.capacity = 2
    event.save()
    assert answering.move_up_all(event) == 1
    assert answer_of(full, facilitator) == Answer.OFFERED


def test_the_host_gives_a_place_by_hand_and_takes_one_back(full, facilitator, member, as_facilitator):
    rsvp = answering.answer(full, person=facilitator, answer="coming")
    as_facilitator.post(url(full, f"people/{rsvp.pk}/seat/"))
    assert answer_of(full, facilitator) == Answer.COMING
    theirs = answering.rsvp_of(full, member)
    as_facilitator.post(url(full, f"people/{theirs.pk}/unseat/"))
    assert answer_of(full, member) == Answer.WAITING


@pytest.mark.parametrize("what", ["cancelled", "past", "draft", "archived"])
def test_what_cannot_be_answered_says_why(what, occurrence, event, member, now):
    if what == "past":
        now.shift(timedelta(days=30))
    elif what == "archived":
        event.community.archived_at = event.created_at
        event.community.save()
    else:
        event.state = what
        event.save()
    with pytest.raises(Refused) as refused:
        answering.answer(occurrence, person=member, answer="coming")
    assert refused.value.messages[0].endswith((".", "!"))


def test_a_stranger_does_not_answer_what_only_members_answer(as_outsider, occurrence, event):
    event.answerers = "members"
    event.save()
    assert as_outsider.post(url(occurrence, "answer/"), {"answer": "coming"}).status_code == 403


# --- Without an account ------------------------------------------------------------------------------------------


def ask(visitor, occurrence, **more):
    data = {"name": "Vera", "address": "vera@example.net", "answer": "coming", "line": "", **more}
    return visitor.post(url(occurrence, "ask/"), data)


def test_a_visitors_answer_counts_when_its_owner_presses_the_button(visitor, occurrence, mails):
    assert ask(visitor, occurrence).status_code == 200
    tell_answers()
    assert refreshed(occurrence).taken == 0
    ((subject, text, _calendar),) = mails("vera@example.net")
    assert subject == "Please confirm: Vaccination day"
    link = next(word for word in text.split() if "/answer/" in word).split("//", 1)[1].split("/", 1)[1]
    assert visitor.get(f"/{link}").status_code == 200
    assert refreshed(occurrence).taken == 0
    visitor.post(f"/{link}", {"answer": "coming", "line": ""})
    assert refreshed(occurrence).taken == 1


def test_what_a_visitor_types_for_others_to_read_goes_through_the_lists(visitor, occurrence):
    WordList.objects.create(community=occurrence.event.community, words="casino", links="spam.example")
    for field, text in (("name", "The Casinо"), ("line", "See you at spam.example/x")):
        answer = ask(visitor, occurrence, **{field: text})
        assert answer.status_code == 422 and answer.context["form"].errors[field]
        assert text in answer.content.decode()
    assert not Rsvp.objects.exists()


def test_nor_does_a_visitor_change_the_line_into_one_that_stands_in_them(visitor, occurrence):
    WordList.objects.create(community=occurrence.event.community, words="casino")
    ask(visitor, occurrence)
    person = Subscriber.objects.get()
    with pytest.raises(Refused, match="list of words"):
        answering.answer(occurrence, person=person, answer="coming", line="Casino!")
    assert answering.answer(occurrence, person=person, answer="coming", line="Hello")


def test_a_program_that_answers_for_visitors_is_asked_once_more(visitor, occurrence, settings):
    settings.FORM_TRAP_SECONDS = 2
    answer = ask(visitor, occurrence)
    assert answer.status_code == 422 and "send it again" in answer.content.decode()
    assert 'value="vera@example.net"' in answer.content.decode() and not Rsvp.objects.exists()


def test_asking_again_changes_no_answer_that_counts(visitor, occurrence):
    ask(visitor, occurrence)
    rsvp = visiting.confirm(Rsvp.objects.get(), answer="coming", guests=0, line="")
    ask(visitor, occurrence, answer="not", name="Mallory")
    rsvp.refresh_from_db()
    assert (rsvp.answer, rsvp.name) == (Answer.COMING, "Vera")


def test_an_event_for_members_takes_no_visitors(visitor, occurrence, event):
    event.answerers = "members"
    event.save()
    assert ask(visitor, occurrence).status_code == 404


def test_the_link_of_a_mail_answers_only_by_its_button(occurrence, member):
    rsvp = answering.answer(occurrence, person=member, answer="maybe")
    page = f"/answer/{rsvp.token}/{occurrence.pk}/"
    assert Client().get(f"{page}?answer=coming").context["form"]["answer"].value() == "coming"
    assert answer_of(occurrence, member) == Answer.MAYBE
    Client().post(page, {"answer": "coming", "line": ""})
    assert answer_of(occurrence, member) == Answer.COMING


@pytest.mark.parametrize("token", ["x", "%00", "a" * 43])
def test_a_link_that_nobody_was_sent_leads_nowhere(occurrence, token):
    assert Client().get(f"/answer/{token}/{occurrence.pk}/").status_code == 404


# --- At the door -------------------------------------------------------------------------------------------------


def test_the_host_ticks_who_is_there(as_facilitator, occurrence, member):
    rsvp = answering.answer(occurrence, person=member, answer="coming")
    as_facilitator.post(url(occurrence, f"people/{rsvp.pk}/tick/"), {"is_here": "1"})
    assert "1 here, 1 expected" in as_facilitator.get(url(occurrence, "people/")).content.decode()
    as_facilitator.post(url(occurrence, f"people/{rsvp.pk}/tick/"), {"is_here": "0"})
    rsvp.refresh_from_db()
    assert rsvp.checked_in_at is None


def test_who_just_came_is_taken_in(as_facilitator, occurrence, member):
    as_facilitator.post(url(occurrence, "people/add/"), {"user": member.pk})
    assert answering.rsvp_of(occurrence, member).checked_in_at


def test_whoever_opens_the_link_at_the_door_is_there(occurrence, member, as_member, now):
    key = hosting.check_in_key(occurrence)
    with pytest.raises(Refused):
        hosting.check_in(occurrence, user=member)
    now.move_to(occurrence.starts_at)
    as_member.post(url(occurrence, f"here/{key}/"))
    assert answering.rsvp_of(occurrence, member).checked_in_at
    assert as_member.get(url(occurrence, "here/guessed/")).status_code == 404


def test_the_list_at_the_door_asks_as_often_for_many(as_facilitator, occurrence, query_count):
    def come(people):
        for _number in range(people):
            user = UserFactory()
            MembershipFactory(user=user, community=occurrence.community)
            Rsvp.objects.create(occurrence=occurrence, user=user, answer="coming", confirmed_at=occurrence.starts_at)

    come(2)
    few = query_count(as_facilitator, url(occurrence, "people/"))
    come(18)
    assert query_count(as_facilitator, url(occurrence, "people/")) == few
    assert query_count(as_facilitator, url(occurrence)) == query_count(as_facilitator, url(occurrence))
