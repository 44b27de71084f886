"""What is new in a feed becomes posts: once, in the right blog, in the way its facilitator chose."""

from datetime import UTC, datetime, timedelta

import pytest

from blogs.collecting import take
from blogs.making_posts import FLOOD, Made, make_posts
from blogs.models import Blog, Post, PostDraft
from blogs.reading import read
from blogs.sources import EntryUse, FeedSource, SourceUse
from tests.collecting.feeds import article, rss

NOW = datetime(2026, 1, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
pytestmark = pytest.mark.django_db


def collect(use: SourceUse, *items: dict[str, str], at: datetime = NOW) -> Made:
    take(use.source, read(rss(items)), at=at)
    use.refresh_from_db()
    return make_posts(use, at=at)


def choose(use: SourceUse, **changes: str) -> SourceUse:
    SourceUse.objects.filter(pk=use.pk).update(**changes)
    use.refresh_from_db()
    return use


def titles(blog: Blog) -> list[str]:
    return list(Post.objects.filter(blog=blog).order_by("pk").values_list("title", flat=True))


def test_an_issue_becomes_one_published_round_up(use):
    made = collect(use, article(1), article(2), article(3))
    assert [post.title for post in made.published] == ["Journal of Tests 1 (1)"]
    assert Post.objects.get().body.count("\n- ") + 1 >= 3


def test_two_issues_become_two_round_ups_the_newer_last(use):
    collect(use, article(3, issue="2"), article(1), article(2))
    assert titles(use.blog) == ["Journal of Tests 1 (1)", "Journal of Tests 1 (2)"]


def test_collecting_again_makes_nothing(use):
    collect(use, article(1), article(2))
    made = collect(use, article(2), article(1), at=LATER)
    assert (made.published, made.drafts, Post.objects.count()) == ([], [], 1)


def test_what_an_issue_gains_after_publishing_goes_into_a_round_up_of_its_own(use):
    collect(use, article(1), article(2))
    body = Post.objects.get().body
    made = collect(use, article(1), article(2), article(3), article(4), at=LATER)
    assert [post.title for post in made.published] == ["Journal of Tests 1 (1): 2 more articles"]
    assert Post.objects.order_by("pk").first().body == body
    assert "number 1" not in made.published[0].body


def test_a_draft_that_nobody_touched_grows_with_its_issue(use):
    choose(use, mode="draft")
    collect(use, article(1), article(2))
    collect(use, article(1), article(2), article(3), at=LATER)
    post = Post.objects.get()
    assert (post.title, post.state, post.body.count("10.1000/test.3")) == ("Journal of Tests 1 (1)", "draft", 2)
    assert all(f"number {number}" in post.body for number in (1, 2, 3))


def test_a_draft_that_was_edited_is_left_alone(use):
    choose(use, mode="draft")
    collect(use, article(1))
    Post.objects.update(body="My own words")
    collect(use, article(1), article(2), at=LATER)
    assert titles(use.blog) == ["Journal of Tests 1 (1)", "Journal of Tests 1 (1): 1 more article"]


def test_a_post_per_entry_oldest_first(use):
    choose(use, grouping="each")
    made = collect(use, article(2), article(1))
    assert [post.title[-1] for post in made.published] == ["1", "2"]


def test_entries_without_an_issue_go_into_one_round_up(use):
    plain = [article(number, volume="", issue="") for number in (1, 2, 3)]
    assert [post.title for post in collect(use, *plain).published] == ["Journal of Tests: 3 new articles"]


def test_a_flood_of_entries_is_kept_as_drafts(use):
    choose(use, grouping="each")
    collect(use, article(0))
    made = collect(use, *(article(number) for number in range(FLOOD + 2)), at=LATER)
    assert (len(made.published), len(made.drafts)) == (0, FLOOD + 1)


@pytest.mark.parametrize(("start", "posts"), [("all", 2), ("latest", 1), ("nothing", 0)])
def test_a_blog_begins_as_its_facilitator_chose(use, start, posts):
    choose(use, start=start)
    collect(use, article(3, issue="2"), article(1), article(2))
    assert Post.objects.count() == posts
    collect(use, article(4, issue="3"), article(3, issue="2"), article(1), article(2), at=LATER)
    assert Post.objects.count() == posts + 1


def test_the_first_look_does_not_flood_subscribers(use):
    choose(use, start="latest", grouping="each")
    date = "Fri, 09 Jan 2026 00:00:00 GMT"
    made = collect(use, *(article(number, volume="", issue="", pubDate=date) for number in range(100)))
    assert len(made.published) == 5
    assert EntryUse.objects.filter(state="left-out", reason="earlier").count() == 95


def test_one_source_feeds_several_blogs_each_with_its_own_note(use, facilitator):
    other = Blog.objects.create(community=use.blog.community, name="Other", slug="other")
    second = SourceUse.objects.create(
        blog=other,
        source=use.source,
        mode="draft",
        grouping="each",
        start="all",
        note="Worth a look",
        added_by=facilitator,
    )
    collect(use, article(1), article(2))
    make_posts(SourceUse.objects.get(pk=second.pk), at=NOW)
    assert Post.objects.filter(blog=use.blog).count() == 1
    assert [post.body.startswith("Worth a look") for post in Post.objects.filter(blog=other)] == [True, True]


def test_an_article_that_two_sources_bring_is_posted_once(use, facilitator):
    source = FeedSource.objects.create(url="https://search.example/feed")
    second = SourceUse.objects.create(blog=use.blog, source=source, mode="publish", start="all", added_by=facilitator)
    collect(use, article(1), article(2))
    found = article(1, guid="search:1", link="https://search.example/1", title="What we learned about 1")
    made = collect(second, found, article(9, guid="search:9"), at=LATER)
    assert len(made.published) == 1
    assert "number 9" in made.published[0].body
    assert "learned about 1]" not in made.published[0].body
    assert EntryUse.objects.get(use=second, state="left-out").reason == "double"


def test_a_feed_that_was_removed_and_added_again_repeats_nothing(use, facilitator):
    collect(use, article(1))
    source, blog = use.source, use.blog
    use.delete()
    again = SourceUse.objects.create(blog=blog, source=source, mode="publish", start="all", added_by=facilitator)
    assert collect(again, article(1), at=LATER).published == []


def test_a_deleted_post_does_not_come_back(use):
    collect(use, article(1))
    Post.objects.all().delete()
    assert collect(use, article(1), at=LATER).published == []


@pytest.fixture
def killed(monkeypatch):
    """Collect with a worker that is killed as soon as the entries have left the waiting room."""

    def collect_and_die(use: SourceUse, *items: dict[str, str]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("blogs.making_posts.finish_posts", lambda use, at: Made(use))
            collect(use, *items)

    return collect_and_die


def test_what_a_killed_worker_began_is_finished_later(use, killed):
    killed(use, article(1), article(2))
    assert (Post.objects.get().state, Post.objects.get().body) == ("draft", "")
    made = make_posts(use, at=LATER)
    assert [post.state for post in made.published] == ["published"]
    assert all(f"number {number}" in Post.objects.get().body_html for number in (1, 2))


def test_what_a_facilitator_wrote_before_it_was_finished_stays(use, killed):
    choose(use, mode="draft")
    killed(use, article(1))
    Post.objects.update(body="My own words", version=1)
    make_posts(use, at=LATER)
    assert Post.objects.get().body.startswith("My own words\n\n- [What we learned about matter number 1]")


def test_a_facilitator_s_unsaved_words_are_not_touched(use, facilitator):
    PostDraft.objects.create(blog=use.blog, by=facilitator, fields={"title": "My post"})
    collect(use, article(1))
    assert PostDraft.objects.get().fields == {"title": "My post"}


def test_what_a_facilitator_withdrew_meanwhile_is_not_published(use, killed):
    killed(use, article(1))
    Post.objects.update(state="withdrawn")
    assert make_posts(use, at=LATER).published == []
    assert Post.objects.get().state == "withdrawn"
