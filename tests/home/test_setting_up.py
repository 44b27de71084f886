"""Starting a community from its most pressing issue, in the browser."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from blogs.models import Post
from cop.base.errors import Refused
from cop.home import handing_over, setting_up
from cop.home.models import About, HandOver, SetUp
from discussions.models import Topic
from events.models import Event
from members import inviting
from members.invitation_models import Invitation
from members.models import Community
from tests.factories import UserFactory
from tests.notifications.conftest import mails_to, text_of

ANSWERS = {
    "issue": {"pressing_issue": "Nobody finds the offprints"},
    "help": {"need": "learn"},
    "who": {"who": "request", "organisations": "several", "protection": "limited"},
    "facilitating": {"facilitating": "me", "email": "", "line": ""},
    "look": {"name": "Offprint keepers", "purpose": "", "slug": "", "accent": "#2f6f5e"},
}


def all_answers(**changes):
    return {name: value for step in ANSWERS.values() for name, value in step.items()} | changes


def verified(user):
    """Somebody who has proven their address."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def begun(by, **changes):
    return SetUp.objects.create(by=by, answers=all_answers(**changes))


def test_five_questions_open_a_community_with_one_tool_and_a_draft_in_it(as_outsider, outsider):
    led = as_outsider.post("/communities/new/", ANSWERS["issue"])
    for step in list(ANSWERS)[1:]:
        assert led.url.endswith(f"/{step}/")
        led = as_outsider.post(led.url, ANSWERS[step])
    review = as_outsider.get(led.url).content.decode()
    assert "Nobody finds the offprints" in review
    assert "Learn and share with each other" in review
    home = as_outsider.post(f"{led.url}finish/", follow=True).content.decode()
    community = Community.objects.get(slug="offprint-keepers")
    assert (community.audience, community.join_rule, community.tools) == ("signed-in", "request", ["discussions"])
    assert community.memberships.facilitating().get().user == outsider
    assert "Nobody finds the offprints" in Topic.objects.get(community=community).replies.get().text
    assert "Nobody finds the offprints" in About.objects.get(community=community).body
    assert "What comes next" in home
    assert "Get the first reply to the welcome topic" in home


@pytest.mark.parametrize(("need", "draft"), [("coordinate", Event), ("inform", Post)])
def test_what_would_help_most_decides_what_is_prepared(need, draft, outsider):
    community = setting_up.open_community(begun(outsider, need=need))
    assert "Nobody finds the offprints" in draft.objects.get().body
    assert draft.objects.get().state == "draft"
    assert community.tools == [{"coordinate": "events", "inform": "blogs"}[need]]


def test_a_help_forum_for_outside_readers_is_opened_where_it_was_wished(outsider):
    community = setting_up.open_community(begun(outsider, need="inform", asks_outside=True))
    assert community.forums.get().is_help
    assert community.tools == ["blogs", "discussions"]
    assert not Topic.objects.exists()


def test_somebody_leaves_and_goes_on_another_day(as_outsider, outsider):
    as_outsider.post("/communities/new/", ANSWERS["issue"])
    page = as_outsider.get("/communities/new/").content.decode()
    found = SetUp.objects.get()
    assert found.get_absolute_url() in page
    assert as_outsider.get(found.get_absolute_url()).url.endswith("/help/")


def test_one_changed_answer_leads_back_to_the_review(as_outsider, outsider):
    found = begun(outsider)
    led = as_outsider.post(reverse("home:set-up-step", args=[found.pk, "help"]), {"need": "inform"})
    assert led.url == found.get_absolute_url()


def test_opening_twice_opens_one(outsider):
    found = begun(outsider)
    assert setting_up.open_community(found) == setting_up.open_community(found)
    assert Topic.objects.count() == 1


def test_an_address_taken_meanwhile_is_refused_and_nothing_is_lost(as_outsider, outsider, community):
    found = begun(outsider, slug="library")
    answer = as_outsider.post(reverse("home:set-up-finish", args=[found.pk]), follow=True)
    assert "question is still open" in answer.content.decode()
    assert 'value="Offprint keepers"' in answer.content.decode()


@pytest.mark.parametrize(
    ("step", "typed", "field"),
    [
        ("help", {"need": "everything"}, "need"),
        ("facilitating", {"facilitating": "other", "email": ""}, "email"),
        ("facilitating", {"facilitating": "both", "email": "no address"}, "email"),
        ("look", {"name": "Fine", "accent": "#ffff00"}, "accent"),
        ("look", {"name": "مجتمع الأطباء", "accent": "#2f6f5e"}, "slug"),
        ("look", {"name": "\u200b", "accent": "#2f6f5e"}, "name"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(as_outsider, outsider, step, typed, field):
    answer = as_outsider.post(reverse("home:set-up-step", args=[begun(outsider).pk, step]), typed)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]


def test_nobody_begins_without_end(outsider):
    for _number in range(setting_up.MOST_UNFINISHED):
        setting_up.begin({}, by=outsider)
    with pytest.raises(Refused, match="Go on with one"):
        setting_up.begin({}, by=outsider)


def test_site_staff_approve_first_where_the_site_says_so(settings, as_outsider, outsider, staff, signed_in):
    settings.COMMUNITIES_NEED_APPROVAL = True
    found = begun(outsider)
    for _twice in range(2):
        as_outsider.post(reverse("home:set-up-finish", args=[found.pk]))
    assert not Community.objects.filter(name="Offprint keepers").exists()
    assert "Offprint keepers" in text_of(mails_to(staff.email)[0])
    assert len(mails_to(staff.email)) == 1
    as_staff = signed_in(staff)
    assert "Nobody finds the offprints" in as_staff.get("/communities/waiting/").content.decode()
    as_staff.post(reverse("home:set-up-decline", args=[found.pk]), {"reason": "There is one already."})
    assert "There is one already." in text_of(mails_to(outsider.email)[0])
    assert "There is one already." in as_outsider.get(found.get_absolute_url()).content.decode()
    as_outsider.post(reverse("home:set-up-step", args=[found.pk, "issue"]), {"pressing_issue": "Another one"})
    as_outsider.post(reverse("home:set-up-finish", args=[found.pk]))
    as_staff.post(reverse("home:set-up-approve", args=[found.pk]))
    assert Community.objects.get(name="Offprint keepers").memberships.facilitating().get().user == outsider
    assert "is open" in text_of(mails_to(outsider.email)[-1])


@pytest.fixture
def handed_over(outsider):
    found = begun(outsider, facilitating="other", email="Uma@example.org", line="You know this best.")
    setting_up.open_community(found)
    return HandOver.objects.get()


def test_who_is_asked_to_facilitate_reads_what_was_prepared_by_whom_and_why(handed_over, outsider):
    mail = text_of(mails_to("uma@example.org")[0])
    assert "You know this best." in mail
    assert "Nobody finds the offprints" in mail
    assert outsider.display_name in mail
    assert handed_over.invitation.token in mail
    assert handed_over.invitation.community.memberships.facilitating().get().user == outsider


def test_who_is_asked_is_reminded_twice_and_then_the_asker_is_told(handed_over, outsider):
    for day in (1, 3, 4, 10, 11, 15, 20):
        handing_over.look_after(handed_over.asked_at + timedelta(days=day))
    assert len(mails_to("uma@example.org")) == 3
    assert len(mails_to(outsider.email)) == 1
    assert "has not answered" in text_of(mails_to(outsider.email)[0])


def test_the_asker_steps_aside_once_the_asked_accepts(handed_over, outsider):
    uma = verified(UserFactory(email="uma@example.org"))
    inviting.accept(handed_over.invitation, by=uma)
    for _twice in range(2):
        handing_over.look_after()
    community = handed_over.invitation.community
    assert community.memberships.facilitating().get().user == uma
    assert community.memberships.get(user=outsider).role == "member"
    assert "has accepted" in text_of(mails_to(outsider.email)[0])
    assert len(mails_to(outsider.email)) == 1


def test_both_facilitate_where_both_wished_it(outsider):
    setting_up.open_community(begun(outsider, facilitating="both", email="uma@example.org"))
    inviting.accept(Invitation.objects.get(), by=verified(UserFactory(email="uma@example.org")))
    handing_over.look_after()
    assert Community.objects.get(name="Offprint keepers").memberships.facilitating().count() == 2


def test_who_declines_leaves_it_with_the_asker(handed_over, outsider):
    inviting.decline(Invitation.objects.get())
    handing_over.look_after(timezone.now())
    assert "has declined" in text_of(mails_to(outsider.email)[0])
    assert handing_over.look_after(timezone.now() + timedelta(days=20)) == 0
