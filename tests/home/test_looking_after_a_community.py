"""The page about it, tools, stages, the pressing issue, closing, and parts of a whole."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.home import next_steps, reviewing, staging
from cop.home.models import About, IssueReview
from cop.notifications.models import Activity
from discussions.models import Topic
from members.models import Community, Stage
from tests.factories import CommunityFactory, ForumFactory, MembershipFactory, topic_of
from tests.notifications.conftest import mails_to


def at(name, *more):
    return reverse(f"home:{name}", args=["library", *more])


def test_a_facilitator_writes_the_page_about_it_and_everybody_reads_it(as_facilitator, visitor, community):
    as_facilitator.post(at("about-edit"), {"body": "We keep **offprints**.", "version": 0})
    assert "<strong>offprints</strong>" in visitor.get(at("about")).content.decode()


def test_who_saves_over_newer_words_sees_them_first(as_facilitator, community):
    as_facilitator.post(at("about-edit"), {"body": "First", "version": 0})
    answer = as_facilitator.post(at("about-edit"), {"body": "Second", "version": 0})
    assert answer.status_code == 422
    assert "Second" in answer.content.decode()
    assert About.objects.get().body == "First"
    as_facilitator.post(at("about-edit"), {"body": "Second", "version": 1})
    assert About.objects.get().body == "Second"


def test_a_tool_that_is_added_holds_a_first_draft_and_hiding_it_deletes_nothing(as_facilitator, community):
    Community.objects.update(tools=["blogs"], pressing_issue="Mould")
    as_facilitator.post(at("tool-set"), {"on": "discussions"})
    community.refresh_from_db()
    assert community.tools == ["blogs", "discussions"]
    assert Topic.objects.count() == 1
    for change in ({"off": "discussions"}, {"on": "discussions"}, {"on": "discussions"}):
        as_facilitator.post(at("tool-set"), change)
    assert Topic.objects.count() == 1


def test_the_last_tool_stays_and_nonsense_is_no_tool(as_facilitator, community):
    Community.objects.update(tools=["blogs"])
    for change, words in (({"off": "blogs"}, "Keep one tool"), ({"on": "chess"}, "Choose one")):
        assert words in as_facilitator.post(at("tool-set"), change, follow=True).content.decode()
    community.refresh_from_db()
    assert community.tools == ["blogs"]


def test_what_comes_next_ticks_itself_off(as_facilitator, facilitator, community):
    forum = ForumFactory(community=community)
    assert [step.is_done for step in next_steps.steps_of(community)] == [False] * 5
    as_facilitator.post(at("about-edit"), {"body": "Ours", "version": 0})
    MembershipFactory(community=community, role="facilitator")
    for _person in range(2):
        MembershipFactory(community=community)
    topic = topic_of(forum, by=facilitator)
    Topic.objects.filter(pk=topic.pk).update(reply_count=1)
    assert [step.is_done for step in next_steps.steps_of(community)] == [True, True, True, False, True]
    as_facilitator.post(reverse("notifications:rhythm-start", args=["library"]), {"pattern": "weekly"})
    assert next_steps.steps_of(community) == []


def test_members_do_not_see_the_facilitators_list(as_member, as_facilitator, community):
    assert "What comes next" not in as_member.get("/c/library/").content.decode()
    assert "What comes next" in as_facilitator.get("/c/library/").content.decode()


def story(community, *, weeks, by, until=None):
    until = until or timezone.now()
    for week in range(weeks):
        Activity.objects.create(
            verb="replied", kind="reply", object_id=week, title="x", url="/", community=community,
            audience="public", by=by, at=until - timedelta(weeks=week),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("weeks", "days_ago", "stage"),
    [(0, 0, Stage.FORMING), (7, 0, Stage.STEADY), (3, 50, Stage.RESTING)],
)
def test_the_software_says_which_stage_it_looks_like(weeks, days_ago, stage, community, member):
    story(community, weeks=weeks, by=member, until=timezone.now() - timedelta(days=days_ago))
    assert staging.weather_of(community).looks_like == stage


def test_three_people_who_write_make_first_beats(community, member, facilitator, sponsor):
    for number, person in enumerate((member, facilitator, sponsor)):
        Activity.objects.create(
            verb="replied", kind="reply", object_id=number, title="x", url="/", community=community,
            audience="public", by=person,
        )  # fmt: skip
    assert staging.weather_of(community).looks_like == Stage.FIRST_BEATS


def test_silence_is_said_where_it_is_not_normal(as_facilitator, member, community):
    story(community, weeks=1, by=member, until=timezone.now() - timedelta(days=30))
    assert "Nobody has written for 30 days" in as_facilitator.get("/c/library/").content.decode()
    as_facilitator.post(at("stage"), {"stage": "resting"})
    assert "Nobody has written for" not in as_facilitator.get("/c/library/").content.decode()


def test_after_six_weeks_facilitators_are_asked_once_whether_the_issue_got_smaller(
    as_facilitator, facilitator, member, community, as_member
):
    Community.objects.update(pressing_issue="Mould")
    soon = community.created_at + timedelta(weeks=6, hours=1)
    assert reviewing.ask_due(community.created_at + timedelta(weeks=5)) == 0
    assert [reviewing.ask_due(soon), reviewing.ask_due(soon)] == [1, 0]
    assert len(mails_to(facilitator.email)) == 1
    assert mails_to(member.email) == []
    assert "Six weeks on" in as_facilitator.get("/c/library/").content.decode()
    answer = {"progress": "other", "words": "Dry now."}
    assert as_facilitator.post(at("issue"), answer).status_code == 422
    as_facilitator.post(at("issue"), {**answer, "pressing_issue": "Mice"})
    assert IssueReview.objects.get().answered_at
    assert "Mice" in as_member.get("/c/library/").content.decode()
    assert "Dry now." in as_member.get(at("about")).content.decode()
    assert "Six weeks on" not in as_facilitator.get("/c/library/").content.decode()


def test_what_became_of_the_issue_is_for_those_who_belong_here(visitor, community, facilitator):
    reviewing.answer(community, progress="smaller", words="Inside words", pressing_issue="", by=facilitator)
    assert "Inside words" not in visitor.get(at("about")).content.decode()


def test_closing_says_good_bye_and_keeps_everything_readable(as_facilitator, visitor, facilitator, community):
    ForumFactory(community=community, slug="talk", audience="public")
    assert "/forums/talk/export.mbox" in as_facilitator.get(at("close")).content.decode()
    as_facilitator.post(at("close"), {"body": "Thank you, *all*."})
    community.refresh_from_db()
    assert (community.is_archived, community.stage) == (True, "closing")
    home = visitor.get("/c/library/").content.decode()
    assert "<em>all</em>" in home
    assert "says good-bye" in home
    assert as_facilitator.get(at("close")).status_code == 403
    as_facilitator.post(at("open-again"))
    community.refresh_from_db()
    assert (community.is_archived, community.stage) == (False, "resting")
    assert "says good-bye" not in visitor.get("/c/library/").content.decode()


def test_a_part_and_its_whole_name_each_other_to_those_who_may_know(visitor, as_member, community, member):
    part = CommunityFactory(name="Map room", parent=community, audience="community")
    assert "Map room" not in visitor.get(at("parts")).content.decode()
    MembershipFactory(community=part, user=member)
    assert "Map room" in as_member.get(at("parts")).content.decode()
    assert "Library Team" in as_member.get(part.get_absolute_url()).content.decode()


def test_a_closed_whole_is_not_named_by_its_open_part(visitor, community):
    Community.objects.filter(pk=community.pk).update(audience="community")
    part = CommunityFactory(name="Map room", parent=community)
    assert "Library Team" not in visitor.get(part.get_absolute_url()).content.decode()


def test_a_community_is_found_by_words_place_and_tag(visitor, community):
    goats = CommunityFactory(name="Goat vets", place="Kisumu")
    goats.tags.add("cold chain")
    CommunityFactory(name="Goat secrets", audience="community")
    for query in ("q=goat", "q=kisumu", "q=cold+goat", "tag=cold-chain"):
        page = visitor.get(f"/?{query}").content.decode()
        assert "Goat vets" in page
        assert "Library Team" not in page
        assert "Goat secrets" not in page
    assert "No community fits that" in visitor.get("/?q=horses").content.decode()
    assert visitor.get("/?q=%00&language=xx&tag=%00").status_code == 200


def test_finding_a_community_costs_the_same_for_few_and_many(visitor, community, query_count):
    few = query_count(visitor, "/?q=team")
    for number in range(30):
        CommunityFactory(name=f"Team {number}").tags.add(f"tag {number}")
    assert query_count(visitor, "/?q=team") == few
