"""Two members of a community write to each other, where its facilitators let them; nobody else reads it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cop.base.errors import Refused
from cop.letters import flagging, sending
from cop.letters.models import Conversation, Letter
from cop.moderation import acting
from cop.moderation import letters as case_letters
from cop.moderation.flagging import flag
from cop.moderation.models import Case
from cop.moderation.things import Why
from cop.notifications import waiting
from cop.privacy.models import PersonRecord
from members import blocking, joining
from members.carrying_out import carry_out_due
from members.closing_account import close
from members.closing_models import Choice
from members.models import Membership
from tests.factories import MembershipFactory, UserFactory
from tests.mail_in.conftest import mail_to
from tests.notifications.conftest import mails_to, names_to, text_of


@pytest.fixture
def switched_on(community):
    sending.switch(community, is_on=True)


@pytest.fixture
def friend(community):
    user = MembershipFactory(community=community, user__display_name="Olga").user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def letter(switched_on, community, member, friend) -> Letter:
    """Mina's letter to Olga."""
    return sending.write(community, to=friend, body="Could we *talk*?", by=member, form_key="one")


def test_it_is_off_until_facilitators_switch_it_on(community, member, friend, as_member, as_facilitator):
    url = reverse("letters:letter-add", args=[friend.pk])
    assert as_member.get(url).status_code == 404
    assert "Write to Olga" not in as_member.get(friend.get_absolute_url()).content.decode()
    policy = reverse("letters:policy", args=[community.slug])
    assert as_member.post(policy, {"is_on": "on"}).status_code == 403
    as_facilitator.post(policy, {"is_on": "on"})
    assert "Write to Olga" in as_member.get(friend.get_absolute_url()).content.decode()
    assert as_member.get(url).status_code == 200


def test_a_letter_is_read_on_the_page_and_by_mail(switched_on, community, as_member, friend, signed_in):
    url = reverse("letters:letter-add", args=[friend.pk])
    data = {"community": community.pk, "body": "Could we *talk*? \u0645\u0631\u062d\u0628\u0627", "form_key": "k" * 20}
    for _each in range(2):
        answer = as_member.post(url, data)
    assert Letter.objects.count() == 1
    page = answer["Location"].partition("#")[0]
    as_friend = signed_in(friend)
    assert "A letter of Mina" in as_friend.get(reverse("notifications:bell")).content.decode()
    html = as_friend.get(page).content.decode()
    assert "<em>talk</em>" in html and "\u0645\u0631\u062d\u0628\u0627" in html
    assert "A letter of Mina" not in as_friend.get(reverse("notifications:bell")).content.decode()
    [mail] = mails_to(friend.email)
    assert mail["Subject"] == "Mina wrote to you" and "Could we *talk*?" in text_of(mail)
    assert "They do not see your address" in text_of(mail)
    assert "user" not in str(mail["Reply-To"] or "")


def test_nobody_else_reads_it_not_even_facilitators_and_staff(letter, as_facilitator, staff, signed_in, visitor):
    url = reverse("letters:conversation", args=[letter.conversation_id])
    for client in (as_facilitator, signed_in(staff)):
        assert client.get(url).status_code == 404
        assert client.get(reverse("moderation:flag", args=["letter", letter.pk])).status_code == 404
    assert visitor.get(url).status_code == 302


def test_who_no_longer_belongs_or_never_did_is_not_written_to(letter, community, member, friend, facilitator, outsider):
    with pytest.raises(Refused):
        sending.write(community, to=outsider, body="Hello", by=member)
    with pytest.raises(Refused):
        sending.write(community, to=member, body="Hello", by=member)
    joining.suspend(Membership.objects.get(user=friend), by=facilitator, reason="x", until=None)
    with pytest.raises(Refused):
        sending.write(community, to=friend, body="Hello", by=member)
    sending.switch(community, is_on=False)
    with pytest.raises(Refused):
        sending.write(community, to=facilitator, body="Hello", by=member)


def test_who_was_blocked_is_not_told_and_does_not_arrive(letter, community, member, friend, as_member, signed_in):
    blocking.block(member, by=friend)
    as_friend, url = signed_in(friend), reverse("letters:conversation", args=[letter.conversation_id])
    assert as_member.post(url, {"body": "Are you there?"}).status_code == 302
    assert "Are you there?" in as_member.get(url).content.decode()
    assert "Are you there?" not in as_friend.get(url).content.decode()
    assert len(mails_to(friend.email)) == 1
    assert "cannot write to them" in as_friend.get(url).content.decode()
    with pytest.raises(Refused, match="You have blocked"):
        sending.write(community, to=member, body="No", by=friend)


def test_a_first_letter_that_does_not_arrive_leaves_no_conversation(switched_on, community, member, friend, signed_in):
    blocking.block(member, by=friend)
    sending.write(community, to=friend, body="Hello", by=member)
    assert Conversation.objects.visible_to(member).exists()
    assert not Conversation.objects.visible_to(friend).exists()
    assert not waiting.waiting_for(friend).count


def test_newcomers_write_a_few_an_hour(settings, switched_on, community, member, friend):
    settings.NEWCOMER_DAYS = 3
    for number in range(10):
        sending.write(community, to=friend, body=f"Letter {number}", by=member)
    with pytest.raises(Refused, match="10 replies an hour"):
        sending.write(community, to=friend, body="One more", by=member)
    with pytest.raises(Refused, match="3 links"):
        sending.write(community, to=member, body="https://a.example https://b.example https://c.example", by=friend)


def test_facilitators_see_a_letter_that_was_flagged_and_no_other(letter, friend, signed_in, as_facilitator, community):
    sending.write(community, to=letter.author, body="A secret", by=friend)
    url = reverse("moderation:flag", args=["letter", letter.pk])
    signed_in(friend).post(url, {"reason": "hurtful", "words": "Look"})
    assert Case.objects.get().kind == "flag-letter"
    html = as_facilitator.get(reverse("moderation:care", args=[community.slug])).content.decode()
    assert "A letter" in html and "<em>talk</em>" not in html and "A secret" not in html
    html = as_facilitator.get(Case.objects.get().get_absolute_url()).content.decode()
    assert "<em>talk</em>" in html and "A secret" not in html
    assert flagging.hide(letter.pk, UserFactory(is_staff=True))
    page = signed_in(friend).get(reverse("letters:conversation", args=[letter.conversation_id])).content.decode()
    assert "<em>talk</em>" not in page and "A facilitator hid this letter" in page


@pytest.fixture
def flagged(letter, friend) -> Case:
    found = flagging.see(letter.pk, friend)
    assert found
    flag(found, by=friend, reason="hurtful")
    return Case.objects.select_related("community").get()


def read() -> list[tuple[str, str]]:
    rows = PersonRecord.objects.filter(what="read-letter")
    return [(row.by.display_name, row.about.display_name) for row in rows.select_related("by", "about")]


def test_a_facilitator_who_reads_a_flagged_letter_is_written_down_once(flagged, as_facilitator, community):
    as_facilitator.get(reverse("moderation:care", args=[community.slug]))
    assert read() == []
    for _time in range(2):
        as_facilitator.get(flagged.get_absolute_url())
    assert read() == [("Fatima", "Mina")]
    assert PersonRecord.objects.get(what="read-letter").says == "read a flagged letter"


def test_nothing_leads_facilitators_to_where_they_may_not_read(
    flagged, letter, facilitator, as_facilitator, community, visitor
):
    closed, own = letter.get_absolute_url(), flagged.get_absolute_url()
    assert as_facilitator.get(closed).status_code == 404
    care = reverse("moderation:care", args=[community.slug])
    log = reverse("moderation:log", args=[community.slug])
    assert f'<a href="{own}" data-open' in as_facilitator.get(care).content.decode()
    case_letters.write_due(timezone.now() + timedelta(minutes=3))
    mailed = mail_to(facilitator.email).get_body(("html",)).get_content()
    acting.do("hidden", "letter", letter.pk, by=facilitator, why=Why("1. Be kind."))
    for page in (care, own, log):
        assert f'{closed}"' not in as_facilitator.get(page).content.decode(), page
    assert closed not in mailed


def test_the_mail_about_it_holds_no_word_of_it_and_its_link_is_written_down(flagged, facilitator, visitor):
    case_letters.write_due(timezone.now() + timedelta(minutes=3))
    told = mail_to(facilitator.email).get_body(("plain",)).get_content()
    assert "talk" not in told and "Its words stand on the page alone" in told
    link = next(line for line in told.split() if "/left/" in line).replace("http://localhost:8000", "")
    assert "<em>talk</em>" in visitor.get(link).content.decode()
    assert read() == [("Fatima", "Mina")]


def test_the_log_does_not_repeat_a_letters_words(letter, facilitator, as_facilitator, community):
    acting.do("hidden", "letter", letter.pk, by=facilitator, why=Why("1. Be kind."))
    page = as_facilitator.get(reverse("moderation:log", args=[community.slug])).content.decode()
    assert "A letter" in page and "Could we" not in page


@pytest.mark.parametrize(("body", "sentence"), [("x" * 30_001, "too long"), (" \u200b ", "Write something")])
def test_bad_letters_come_back_as_typed(letter, as_member, body, sentence):
    url = reverse("letters:conversation", args=[letter.conversation_id])
    assert sentence in as_member.post(url, {"body": body}).content.decode()
    assert Letter.objects.count() == 1


@pytest.mark.parametrize(("choice", "count"), [(Choice.KEEP, 1), (Choice.REMOVE, 0)])
def test_closing_an_account_does_what_was_chosen(letter, member, friend, choice, count):
    close(member, choice=choice)
    carry_out_due()
    assert Letter.objects.count() == count
    assert Conversation.objects.count() == count


def test_pages_cost_the_same_for_many(letter, community, member, friend, as_member, query_count):
    pages = [reverse("letters:letters"), reverse("letters:conversation", args=[letter.conversation_id])]
    sending.write(community, to=member, body="Yes", by=friend)
    before = [query_count(as_member, url) for url in pages]
    for number in range(6):
        sending.write(community, to=MembershipFactory(community=community).user, body="Hello", by=member)
        sending.write(community, to=member, body=f"Letter {number}", by=friend)
    assert [query_count(as_member, url) for url in pages] == before


def test_names_of_mails(letter, friend):
    assert names_to(friend.email) == ["letter"]


def head_of(client: Client) -> str:
    """The head of a page that has nothing to do with letters."""
    return client.get(reverse("home:site")).content.decode().partition("<main")[0]


def test_the_head_of_each_page_leads_to_letters_where_they_are_written(community, as_member, friend, signed_in):
    assert "Letters" not in head_of(as_member)
    sending.switch(community, is_on=True)
    assert f'<a href="{reverse("letters:letters")}">Letters' in head_of(as_member)
    assert "Letters" not in head_of(signed_in(UserFactory()))


def test_the_head_says_how_many_wait_until_they_are_read(letter, member, friend, signed_in):
    as_friend, count = signed_in(friend), reverse("notifications:bell-count")
    assert 'data-waits="letters"><span data-waits-count>1<' in head_of(as_friend)
    assert as_friend.get(count).json()["pages"] == {"letters": 1}
    as_friend.get(letter.conversation.get_absolute_url())
    assert 'data-waits="letters" hidden>' in head_of(as_friend)
    assert as_friend.get(count).json()["pages"] == {"letters": 0}


def test_who_has_letters_finds_them_where_nothing_is_written_any_more(letter, community, as_member):
    sending.switch(community, is_on=False)
    assert "Letters" in head_of(as_member)


def test_the_head_asks_no_more_for_letters(switched_on, community, member, friend, signed_in, query_count):
    as_friend, url = signed_in(friend), reverse("home:site")
    before = query_count(as_friend, url)
    sending.write(community, to=friend, body="Could we talk?", by=member)
    assert query_count(as_friend, url) == before


def test_the_page_of_letters_says_whom_one_can_write_to(community, as_member):
    url = reverse("letters:letters")
    assert "None of your communities lets its members write" in as_member.get(url).content.decode()
    sending.switch(community, is_on=True)
    assert reverse("members:people", args=[community.slug]) in as_member.get(url).content.decode()


def test_the_list_shows_the_newest_words_that_one_may_read(letter, member, friend, signed_in):
    as_member, as_friend, url = signed_in(member), signed_in(friend), reverse("letters:letters")
    assert "Could we talk?" in as_friend.get(url).content.decode()
    blocking.block(member, by=friend)
    sending.write(letter.conversation.community, to=friend, body="Are you there?", by=member)
    assert "Are you there?" in as_member.get(url).content.decode()
    assert "Are you there?" not in as_friend.get(url).content.decode()
    flagging.hide(letter.pk, UserFactory(is_staff=True))
    assert "Could we talk?" not in as_friend.get(url).content.decode()
