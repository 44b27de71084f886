"""Posts written or forwarded by mail: a draft of whoever wrote it, never published, with what was meant and no more."""

from email.message import EmailMessage

import pytest

from blogs.models import Blog, Post
from blogs.writing_by_mail import address_of, tidied
from cop.markup.from_html import markdown_of
from tests.mail_in.conftest import arrive, mail, mail_to, proven
from tests.mail_in.test_answering_a_topic import PNG


@pytest.fixture
def author(facilitator):
    return proven(facilitator)


@pytest.fixture
def blog(community) -> Blog:
    return Blog.objects.create(community=community, name="News", slug="news")


def test_a_mail_becomes_a_draft(blog, author):
    arrived = arrive(mail(author.email, address_of(blog, author), "Hello **all**.\n\n-- \nFatima", "Fwd: Moving house"))
    post = Post.objects.get()
    assert (post.title, post.body, post.author, post.state) == ("Moving house", "Hello **all**.", author, "draft")
    assert arrived.url.endswith(f"/{post.pk}/edit/") or str(post.pk) in arrived.url
    assert "is a draft now" in mail_to(author.email).get_body(("plain",)).get_content()


def test_html_becomes_markdown_with_its_images_where_they_stood(blog, author, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = author.email, address_of(blog, author), "News"
    message.set_content("plain")
    html = (
        '<h2>First</h2><p>See <a href="https://example.org/">this</a>:</p><img src="cid:one" alt="Shelf"><p>Last.</p>'
    )
    message.add_alternative(html, subtype="html")
    message.get_payload()[1].add_related(PNG + b"\0" * 7_000, "image", "png", cid="<one>", filename="shelf.png")
    arrive(message.as_bytes())
    body = Post.objects.get().body
    assert body.startswith("## First\n\nSee [this](https://example.org/):\n\n![Shelf](/files/")
    assert body.endswith("Last.") and body.count("![") == 1


def test_forwarding_leaves_no_traces_and_no_addresses(blog, author):
    text = (
        "---------- Forwarded message ---------\nFrom: Foo Bar <foo@example.org>\nDate: Tue, Jan 1, 2019 at 12:00 PM\n"
        "Subject: Meeting\nTo: <bar@example.org>\n\nWe meet on Monday. Ask Foo <foo@example.org>."
    )
    assert tidied(text) == "We meet on Monday. Ask Foo."


def test_run_again_it_is_one_draft(blog, author):
    from cop.mail import handling

    arrived = arrive(mail(author.email, address_of(blog, author), "Hello"))
    handling.again(arrived)
    assert Post.objects.count() == 1


def test_who_may_not_write_there_is_told_who_can(blog, writer):
    arrived = arrive(mail(writer.email, address_of(blog, writer), "Hello"))
    assert (arrived.state, Post.objects.count()) == ("refused", 0)
    assert "Only facilitators write" in arrived.reason


def test_another_s_address_is_asked_back(blog, author, writer):
    assert arrive(mail(writer.email, address_of(blog, author), "Hello")).state == "held"
    assert Post.objects.count() == 0


def test_the_page_for_a_new_post_says_the_address(blog, author, signed_in):
    from django.urls import reverse

    page = signed_in(author).get(reverse("blogs:post-add", args=[blog.community.slug, blog.slug]))
    assert address_of(blog, author) in page.content.decode()


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>a <b>b</b> c</p>", "a **b** c"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<p>2 * 3 [x]</p>", "2 \\* 3 \\[x\\]"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ("<style>p{}</style><script>x</script><p>y</p>", "y"),
        ("<b></b>z", "z"),
    ],
)
def test_html_is_written_as_markdown(html, markdown):
    assert markdown_of(html).startswith(markdown)


@pytest.mark.parametrize(
    "html", ["<div>" * 50_000, "<ul><li>" * 20_000, "<b>" * 50_000, "<a href=x>" * 50_000, "<" * 100_000]
)
def test_hostile_html_takes_no_time(html):
    import time

    began = time.process_time()
    markdown_of(html)
    assert time.process_time() - began < 8
