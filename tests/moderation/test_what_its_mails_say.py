"""Mails of the desk, and about one's account, say in both of their parts what was done, why, by which role, what to do.

Each names whom it is to; none names who decided, and none holds the address of somebody who decided against its reader.
"""

import re
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cop.guarding.models import Protection
from cop.letters import sending
from cop.moderation import acting, care_following, daily, flagging, objecting, telling, things
from cop.moderation.action_models import ModerationAction, Objection, What
from cop.moderation.deciding import decide
from cop.moderation.flag_models import Flag
from cop.moderation.guidelines import points_of
from cop.moderation.kinds import Act
from cop.moderation.models import Case
from cop.moderation.things import Why
from cop.notifications.models import Pace, Subscription
from cop.notifications.pacing import change_pace
from discussions import publishing_held, writing
from discussions.holding import Held
from discussions.writing import Writer
from members import exporting, joining
from members.closing_account import close
from members.closing_models import Choice
from members.models import Membership, User
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to


def says(address: str, *words: str, links: tuple[str, ...] = ()) -> None:
    """The last mail to an address says these words in both parts, and leads to these pages from both."""
    mail = mails_to(address)[-1]
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    shown = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", "", html, flags=re.DOTALL)))
    for part in (text, shown):
        said = " ".join(part.split())
        for sentence in words:
            assert sentence in said, f"{sentence!r} not in {said}"
        assert "&amp;" not in said and "None" not in said and "{" not in said
    for link in links:
        assert link in text and re.search(rf'href="[^"]*{re.escape(link)}', html), link
    assert "&" not in mail["Subject"].replace(" & ", "")


@pytest.fixture
def community(community):
    """With a name that HTML would write otherwise."""
    community.name = "Books & Maps"
    community.save()
    return community


@pytest.fixture
def topic(community, facilitator):
    return topic_of(ForumFactory(community=community, audience="public"), by=facilitator, title="Labels & shelves")


@pytest.fixture
def reply(topic, member):
    return reply_to(topic, by=member, body="You are all fools")


@pytest.fixture
def other(community) -> User:
    return MembershipFactory(community=community, role="facilitator", user__display_name="Felix O'Hara").user


@pytest.fixture
def hidden(reply, community, facilitator) -> ModerationAction:
    why = Why(points_of(community)[0], "Please write it again.")
    acting.do(What.HIDDEN, "reply", reply.pk, by=facilitator, why=why)
    telling.tell_due()
    return ModerationAction.objects.get()


def test_hidden(hidden, member, community):
    says(
        member.email,
        "Hello Mina,",
        "A facilitator has hidden your reply in “Labels & shelves”",
        points_of(community)[0],
        "Please write it again.",
        "You are all fools",
        "somebody else decides then",
        "something of yours in Books & Maps",
        links=(f"/moderated/{hidden.pk}/", "/guidelines/"),
    )
    assert "Books & Maps" in mails_to(member.email)[-1]["From"]


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (What.WARNED, "Nothing was done to it"),
        (What.DELETED, "A facilitator has deleted your reply"),
        (What.HIDDEN, "only facilitators can read it"),
    ],
)
def test_each_thing_done_to_a_reply_has_a_sentence(reply, member, facilitator, community, what, sentence):
    why = Why(points_of(community)[0], "Words")
    if what == What.WARNED:
        acting.warn("reply", reply.pk, by=facilitator, why=why)
    else:
        acting.do(what, "reply", reply.pk, by=facilitator, why=why)
    telling.tell_due()
    says(member.email, "Hello Mina,", sentence, links=("/moderated/",))


@pytest.mark.parametrize("what", [what for what in What if what != What.DROPPED])
def test_everything_that_can_be_done_is_said_in_a_sentence_of_its_own(what):
    assert what in telling.SENTENCES


def test_an_objection(hidden, member, other):
    objecting.object_to(hidden, by=member, words="No")
    case = Case.objects.open().get(kind="objection")
    decide(case, "granted", Act(by=other, words="You're right & it is back."))
    telling.tell_due()
    assert Objection.objects.get().is_granted
    says(
        member.email,
        "Hello Mina,",
        "Another facilitator, who had no part in it",
        "They agree with you",
        "You're right & it is back.",
        links=(f"/moderated/{hidden.pk}/",),
    )


@pytest.mark.parametrize("is_upheld", [True, False])
def test_a_flag(reply, community, member, is_upheld):
    flagger = MembershipFactory(community=community, user__display_name="Flora").user
    flagging.flag(things.find("reply", reply.pk), by=flagger, reason="hurtful", words="Look")
    Flag.objects.update(decided_at=timezone.now(), is_upheld=is_upheld, told_at=None)
    telling.tell_due()
    sentence = "You were right" if is_upheld else "block them on their page"
    says(flagger.email, "Hello Flora,", "the facilitators of Books & Maps", sentence, links=("/guidelines/",))


def test_suspended(community, member, facilitator):
    joining.suspend(Membership.objects.get(user=member), by=facilitator, reason="Third time & more", until=None)
    sentences = ("Hello Mina,", "A facilitator has suspended your membership of Books & Maps", "Third time & more")
    says(member.email, *sentences, "somebody else decides then", links=("/moderated/",))
    assert facilitator.email not in mails_to(member.email)[-1].as_string()


def test_a_first_post_declined_and_published(topic, community, member, facilitator):
    Protection.objects.create(community=community, way="held")
    held = []
    for number in "12":
        with pytest.raises(Held) as caught:
            writing.reply(topic, body=f"In *boxes* {number} & bags.", by=Writer(user=member), form_key=number)
        held.append(caught.value.row)
    point = points_of(community)[0]
    publishing_held.decline(held[0], by=facilitator, why=Why(point, "We met that <b>yesterday</b>."))
    given = (point, "We met that <b>yesterday</b>.", "In *boxes* 1 & bags.", "Change it and send it again")
    says(
        member.email,
        "Hello Mina,",
        "A facilitator of Books & Maps",
        *given,
        links=(topic.get_absolute_url(), "/moderated/"),
    )
    publishing_held.publish(held[1], by=facilitator)
    says(member.email, "Hello Mina,", "A facilitator of Books & Maps looked at your message", links=("/r/",))


def test_a_letter(community, member, other):
    sending.switch(community, is_on=True)
    letter = sending.write(community, to=member, body="Could we talk & eat?", by=other)
    page = other.get_absolute_url()
    sentences = (
        "Felix O'Hara, of Books & Maps, writes:",
        "Could we talk & eat?",
        "Felix O'Hara, a member of Books & Maps",
        "They do not see your address",
    )
    says(member.email, *sentences, links=(letter.conversation.get_absolute_url(), page))
    assert mails_to(member.email)[-1]["Subject"] == "Felix O'Hara wrote to you"


def test_one_mail_a_day(desk, case, facilitator, community):
    care_following.begin(community, at=timezone.now())
    row = Subscription.objects.get(thing_kind="care", subscriber__user=facilitator)
    change_pace(row, Pace.DAILY)
    row.refresh_from_db()
    daily.send_due(row.digest_due_at)
    links = (case.get_absolute_url(), reverse("moderation:care", args=[community.slug]))
    says(facilitator.email, "Thing 7", "you facilitate Books & Maps", "only when something waits", links=links)


def test_the_copy_of_ones_data(member):
    exporting.ask(member)
    exporting.make_due()
    says(member.email, "Hello Mina,", "is ready", "asked to sign in", links=(reverse("members:data"),))


def test_a_new_browser(member):
    member.set_password("quite-a-long-secret")
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    Client().post(reverse("account_login"), {"login": member.email, "password": "quite-a-long-secret"})
    sentences = ("Hello Mina,", "Somebody signed in to your account", "Network address", "nothing to do")
    says(member.email, *sentences, links=(reverse("account_reset_password"), reverse("usersessions_list")))


@pytest.mark.parametrize(
    ("choice", "sentences"),
    [
        (Choice.KEEP, ["under the name Mina"]),
        (Choice.HIDE, ["without your name", "these are their words"]),
        (Choice.REMOVE, ["is being removed", "these are their words"]),
    ],
)
def test_an_account_that_was_closed(member, choice, sentences):
    address = member.email
    close(member, choice=choice)
    links = () if choice == Choice.KEEP else (reverse("home:privacy"),)
    says(address, "Hello Mina,", "Your account is closed", *sentences, links=links)
