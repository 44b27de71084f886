"""The demo: three communities that a newcomer finds alive, made by one command that may run again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from blogs.models import Blog, Post
from cop.agreements.models import Commitment, Proposal, Remit
from cop.home import demonstrating
from cop.mail.models import Delivery
from cop.markup.rendering import render
from cop.notifications import counting, digesting, reminding
from cop.notifications.models import Activity, Subscription, SubscriptionEvent
from cop.notifications.rhythm_models import Beat, Rhythm
from members.models import Community, Membership, MembershipState, Organisation, User

AT = timezone.now()


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker) -> Iterator[demonstrating.Built]:
    """The demo, made once for all tests of this file and undone after them; what each test changes is undone first."""
    around_the_file = transaction.atomic()
    around_the_file._from_testcase = True
    with django_db_blocker.unblock(), around_the_file:
        yield demonstrating.build(AT)
        transaction.set_rollback(True)


@pytest.fixture
def demo(built, db) -> demonstrating.Built:
    return built


def test_the_demo_has_three_communities_and_thirty_people_with_organisations(demo):
    assert (demo.communities, demo.people) == (3, 30)
    assert Organisation.objects.count() >= 12
    assert not User.objects.filter(organisation=None).exists()


def test_its_posts_span_two_years_up_to_this_week(demo):
    published = Post.objects.filter(state="published").order_by("published_at")
    assert published.count() >= 75
    assert published.first().published_at < AT - timedelta(days=700)
    assert AT - timedelta(days=3) < published.last().published_at < AT


def test_one_post_is_scheduled_and_a_few_are_drafts(demo):
    assert Post.objects.get(state="scheduled").publish_at > AT
    assert Post.objects.filter(state="draft").count() == 3


def test_each_published_post_is_one_line_in_the_story_at_its_own_date(demo):
    dates = dict(Post.objects.filter(state="published").values_list("pk", "published_at"))
    assert dict(Activity.objects.filter(kind="post").values_list("object_id", "at")) == dates


def test_two_communities_keep_a_rhythm_and_tell_what_happened(demo, client):
    assert Rhythm.objects.filter(next_at__gt=AT).count() == 2
    assert Beat.objects.kept().exclude(happened="").count() >= 7
    assert "Monday round" in client.get("/c/library/rhythm/").content.decode()


def test_a_second_run_changes_nothing(demo, django_assert_max_num_queries):
    before = [_everything(), list(Post.objects.order_by("pk").values("pk", "updated_at"))]
    with django_assert_max_num_queries(40):
        again = demonstrating.build(AT + timedelta(days=1))
    assert again == demonstrating.Built(people=0, communities=0, posts=0, readers=0)
    assert [_everything(), list(Post.objects.order_by("pk").values("pk", "updated_at"))] == before


def test_what_is_missing_is_made_again(demo):
    Post.objects.get(title="Why the savings box has three keys").delete()
    assert demonstrating.build(AT).posts == 1


def test_nobody_is_mailed(demo):
    assert not Delivery.objects.exists()
    assert mail.outbox == []


def test_nobody_is_reminded_or_sent_a_digest_when_nothing_is_new(demo):
    reminding.send_due(timezone.now() + timedelta(days=4))
    digesting.send_due(timezone.now() + timedelta(days=8))
    assert not Delivery.objects.exists()


def test_nothing_old_is_owed_to_readers(demo):
    blog = Blog.objects.get(slug="current-awareness")
    newest = Activity.objects.on("blog", blog.pk).latest("pk").pk
    confirmed = Subscription.objects.to("blog", blog.pk).confirmed()
    assert set(confirmed.values_list("mailed_up_to", flat=True)) == {newest}


def test_the_library_blog_has_readers_of_every_kind(demo):
    counts = counting.for_thing("blog", Blog.objects.get(slug="current-awareness").pk)
    assert counts.confirmed > 200
    assert (counts.waiting, counts.left, counts.unreachable, counts.by_hand) == (6, 31, 5, 14)


@pytest.mark.parametrize("post", demonstrating.written(), ids=lambda post: post.name)
def test_every_post_renders_without_leftovers(post):
    rendered = render(post.body)
    assert len(rendered.text.split()) >= 60
    assert not any(leftover in rendered.text for leftover in ("|---", "|:-", "[^", "**", "- [ ]", "```"))


def test_every_writer_belongs_to_the_community(demo):
    for post in Post.objects.select_related("blog"):
        membership = Membership.objects.active().get(user=post.author, community=post.blog.community_id)
        assert membership.role in (
            ["facilitator"] if post.blog.writers == "facilitators" else ["facilitator", "member"]
        )


def test_all_facilitators_can_sign_in(demo, client):
    for membership in Membership.objects.facilitating().select_related("user"):
        client.logout()
        credentials = {"login": membership.user.email, "password": demonstrating.PASSWORD}
        client.post(reverse("account_login"), credentials)
        assert client.session["_auth_user_id"] == str(membership.user.pk)


def test_every_community_has_a_sponsor_and_somebody_asks_to_join(demo):
    assert {row.community_id for row in Membership.objects.filter(role="sponsor")} == {
        row.pk for row in Community.objects.all()
    }
    assert Membership.objects.filter(state=MembershipState.REQUESTED).count() == 1


def test_people_have_promised_and_agreed_on_something(demo):
    library = Community.objects.get(slug="library")
    assert {row.state for row in Commitment.objects.filter(community=library)} == {"open", "done", "dropped"}
    assert Remit.objects.get(community=library).proposal.state == "agreed"
    assert Proposal.objects.answerable(timezone.now()).count() == 2
    assert not Delivery.objects.exists()


def _everything() -> list[int]:
    models = (User, Organisation, Community, Membership, Blog, Post, Activity, Subscription, SubscriptionEvent)
    return [model.objects.count() for model in models]
