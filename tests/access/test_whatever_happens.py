"""Whatever happens to memberships, audiences and things: nobody is shown what the plain rules forbid, and all is shown
that they allow.

Hypothesis makes up the sequences, out of the site's own processes.
"""

import os
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from blogs import commenting, publishing, rearranging
from blogs.models import Blog, Post
from cop.agreements import committing, places, proposing
from cop.base.errors import Refused
from cop.home import closing
from cop.letters.models import Conversation, Letter
from cop.notifications import notifying
from discussions import moderating, opening
from discussions.held_models import HeldText
from discussions.models import Forum, Topic
from events import talking
from events.models import Event
from events.poll_models import DatePoll
from events.saving import Plan, change_event
from members import founding, joining
from members.audiences import Audience
from members.models import Community, Membership, Organisation, User
from members.profile_models import Profile
from tests.access.plain import PLAIN, differences, with_visible_to
from tests.factories import (
    BlogFactory,
    CommunityFactory,
    EventFactory,
    FileFactory,
    ForumFactory,
    MembershipFactory,
    PostFactory,
    UserFactory,
    reply_to,
    topic_of,
)

AUDIENCES = st.sampled_from(Audience.values)
WHICH = st.integers(0, 1)
SOMEBODY = st.integers(0, 2)
STEPS = ("join", "leave", "suspend", "readmit", "step_back", "step_in", "ask", "member", "facilitator", "sponsor")
# `make sequences` tries ten times as many.
SEQUENCES = int(os.environ.get("SEQUENCES", "50"))


def test_no_model_with_an_audience_is_left_out():
    assert with_visible_to() == set(PLAIN)


@pytest.fixture
def stage(db) -> list[Community]:
    """Two communities with one of everything in each, and people of all kinds around them."""
    UserFactory(email="staff@example.org", is_staff=True)
    people = [UserFactory(email=f"p{number}@example.org") for number in range(3)]
    Profile.objects.create(user=people[0], known_to="everybody")
    Profile.objects.create(user=people[1], known_to="signed-in")
    Organisation.objects.create(name="Open", is_public=True)
    Organisation.objects.create(name="Closed")
    return [furnished(CommunityFactory(slug=f"c{number}"), people) for number in range(2)]


def furnished(community: Community, people: list[User]) -> Community:
    """Put one of everything into a community."""
    by = MembershipFactory(community=community, role="facilitator").user
    for user in people:
        joining.join(community, by=user)
    forums = [ForumFactory(community=community), ForumFactory(community=community, audience="public")]
    image = FileFactory(community=community, owner=people[0])
    topic = topic_of(forums[0], by=people[0], body=f"![x]({image.get_absolute_url()})", kind="question")
    reply_to(topic, by=by)
    post = PostFactory(blog=BlogFactory(community=community), author=people[1], state="draft")
    publishing.publish(post, by=by, is_mailed=False)
    PostFactory(blog=post.blog, author=people[1], state="draft")
    commenting.comment(post, body="Yes!", by=people[2])
    event = EventFactory(community=community, created_by=people[2])
    talk = talking.begin(event.occurrences.get())
    reply_to(talk, by=people[2])
    EventFactory(community=community, created_by=people[2], state="draft")
    DatePoll.objects.create(community=community, title="When?", timezone="UTC", created_by=by)
    for number in (topic.pk, talk.pk, Post.objects.get(pk=post.pk).topic_id):
        place = places.find(f"topic-{number}", community)
        committing.commit(community, by=by, text="I do it", due_on=timezone.localdate() + timedelta(3), place=place)
        proposing.propose(community, by=by, title=f"Let us {number}", text="Yes", place=place)
    talk = Conversation.objects.create(community=community, first=people[0], second=people[1])
    for is_kept_back in (False, True):
        Letter.objects.create(conversation=talk, author=people[0], body="Hi", body_html="", is_kept_back=is_kept_back)
    HeldText.objects.create(community=community, forum=forums[0], author=people[2], body="Hm", body_html="")
    closing.close(community, last_words="Bye", by=by)
    founding.restore(community, by=by)
    notifying.notify_due(timezone.now() + timedelta(hours=1))
    return community


class Life(RuleBasedStateMachine):
    """What can happen; after each sequence everybody's view of everything is compared."""

    @initialize()
    def begin(self):
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.staff = User.objects.get(email="staff@example.org")

    def community(self, which):
        return Community.objects.get(slug=f"c{which}")

    def do(self, process, *given, **more):
        """Run a process; one that refuses has changed nothing."""
        try:
            with transaction.atomic():
                process(*given, **more)
        except Refused:
            return

    def teardown(self):
        if not hasattr(self, "undo"):
            return
        try:
            self.compare()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def compare(self):
        """Let the site and the plain rules answer for everybody about everything."""
        people = [None, *User.objects.order_by("pk")]
        wrong = differences(people, lambda user: User.objects.get(pk=user.pk) if user else AnonymousUser())
        assert not wrong, "\n".join(wrong)

    @rule(which=WHICH, who=SOMEBODY, step=st.sampled_from(STEPS))
    def standing_changes(self, which, who, step):
        community, user = self.community(which), User.objects.get(email=f"p{who}@example.org")
        row = Membership.objects.get(community=community, user=user)
        if step in ("member", "facilitator", "sponsor"):
            self.do(joining.change_role, row, step, by=self.staff)
        elif step in ("suspend", "readmit"):
            self.do(getattr(joining, step), row, by=self.staff)
        else:
            self.do(getattr(joining, "ask_to_join" if step == "ask" else step), community, by=user)

    @rule(which=WHICH, audience=AUDIENCES.filter(lambda one: one != "facilitators"))
    def community_opens_or_closes(self, which, audience):
        community = self.community(which)
        community.audience = audience
        self.do(founding.change, community)

    @rule(which=WHICH, first=st.booleans(), audience=AUDIENCES)
    def forum_opens_or_closes(self, which, first, audience):
        forums = Forum.objects.filter(community=self.community(which)).order_by("pk")
        forum = forums.first() if first else forums.last()
        forum.audience = audience
        self.do(opening.change_forum, forum)

    @rule(which=WHICH, audience=AUDIENCES)
    def blog_opens_or_closes(self, which, audience):
        blog = Blog.objects.get(community=self.community(which))
        blog.audience = audience
        self.do(rearranging.change_blog, blog)

    @rule(which=WHICH, audience=AUDIENCES)
    def event_opens_or_closes(self, which, audience):
        event = Event.objects.filter(community=self.community(which)).order_by("pk").first()
        self.do(change_event, event, Plan(fields={"audience": audience}))

    @rule(which=WHICH, to_the_first=st.booleans())
    def topic_moves(self, which, to_the_first):
        topic = Topic.objects.filter(community=self.community(which)).exclude(forum=None).get()
        forums = Forum.objects.filter(community=topic.community).order_by("pk")
        self.do(moderating.move, topic, forum=forums.first() if to_the_first else forums.last(), by=self.staff)

    @rule(which=WHICH, what=st.sampled_from(["hide", "show", "delete", "bring back"]))
    def topic_goes_or_comes_back(self, which, what):
        topic = Topic.objects.filter(community=self.community(which)).exclude(forum=None).get()
        if what in ("hide", "show"):
            self.do(moderating.set_hidden, topic, what == "hide", by=self.staff)
        else:
            self.do(moderating.delete_topic if what == "delete" else moderating.bring_back, topic, by=self.staff)

    @rule(which=WHICH, is_published=st.booleans())
    def post_comes_or_goes(self, which, is_published):
        post = Post.objects.filter(blog__community=self.community(which)).order_by("pk").first()
        if is_published:
            self.do(publishing.publish, post, by=self.staff, is_mailed=False)
        else:
            self.do(publishing.withdraw, post, by=self.staff)


def test_nobody_is_shown_what_is_not_theirs_whatever_happens(stage):
    # Shrinking would take minutes; the first sequence that fails is short enough to read.
    quick = {"deadline": None, "database": None, "phases": [Phase.generate]}
    run_state_machine_as_test(Life, settings=settings(max_examples=SEQUENCES, stateful_step_count=6, **quick))
