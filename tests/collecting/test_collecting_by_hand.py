"""`manage.py collect_feed` does it by hand, says what it did and why each other entry was left out."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from blogs.models import Post
from blogs.sources import FeedSource, Start
from tests.collecting.feeds import article, rss

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("blog", "facilitator")]


def run(*args: str) -> str:
    out = StringIO()
    call_command("collect_feed", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_bytes(rss([article(2), article(1), article(1), {"description": "x"}]))
    return str(path)


def test_a_file_becomes_drafts_and_each_entry_is_accounted_for(file):
    said = run("library/news", file, "--start", Start.ALL)
    assert "4 entries, 2 new" in said
    assert "draft      Journal of Tests 1 (1)" in said
    assert "the feed lists it twice" in said
    assert "it has neither a title nor a link" in said


def test_it_publishes_where_that_is_asked_for(file):
    said = run("library/news", file, "--start=all", "--mode=publish", "--grouping=each")
    assert said.count("published  ") == 2
    assert Post.objects.filter(state="published").count() == 2


def test_the_second_time_says_where_everything_is(file):
    run("library/news", file, "--start=all")
    said = run("library/news", file, "--start=all")
    assert "Nothing new" in said
    assert said.count("it is in the post “Journal of Tests 1 (1)” already") == 2


def test_what_was_there_before_is_named(file):
    said = run("library/news", file, "--start=nothing")
    assert said.count("it was in the feed before this blog began to use it") == 2


def test_an_address_is_collected_too(httpserver, loopback_allowed):
    httpserver.expect_request("/feed").respond_with_data(rss([article(1)]))
    assert "1 new" in run("library/news", httpserver.url_for("/feed"))
    assert FeedSource.objects.get().state == "by-hand"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("library/nothing", "x"), "There is no blog library/nothing. There are: library/news."),
        (("library", "x"), "There is no blog library"),
        (("library/news", "/no/such/file"), "cannot be read"),
        (("library/news", "/"), "cannot be read"),
        (("library/news", "http://127.0.0.1:9/"), "private network"),
        (("library/news", __file__), "neither RSS, Atom nor JSON Feed"),
    ],
)
def test_what_cannot_be_done_is_told(args, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(*args)
