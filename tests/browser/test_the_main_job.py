"""The job this site exists for, by hand in a browser: a post is written, an outside reader subscribes and gets it."""

import email
import email.policy
import re

import pytest
from playwright.sync_api import expect

from blogs.models import Post
from cop.mail import sending
from cop.mail.mailbox_views import caught
from cop.notifications import tasks
from tests.factories import BlogFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mailbox(settings, tmp_path):
    """A function that sends what is due and gives the mails to an address, the newest last."""
    settings.VAR = tmp_path
    settings.IS_DEVELOPMENT = True

    def read(address: str) -> list[email.message.EmailMessage]:
        sending.drain(connections=1)
        mails = [
            email.message_from_bytes(caught().get_bytes(key), policy=email.policy.default)
            for key in sorted(caught().keys())
        ]
        return [mail for mail in mails if mail["To"] == address]

    return read


def link_in(mail: email.message.EmailMessage, part: str, site: str) -> str:
    """The first link of a mail's text that holds `part`, on the test's own server."""
    text = mail.get_body(("plain",)).get_content()
    found = re.search(rf"https?://[^/\s]+({part}\S*)", text)
    assert found, text
    return f"{site}{found[1]}"


def test_a_reader_subscribes_and_gets_the_next_post(page, live_server, sign_in, facilitator, community, mailbox):
    blog = BlogFactory(community=community, name="Current awareness", slug="news")
    page.goto(f"{live_server.url}{blog.get_absolute_url()}")
    page.get_by_label("Get new posts by e-mail").fill("reader@example.net")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    tasks.answer_requests()
    page.goto(link_in(mailbox("reader@example.net")[-1], "/mail/confirm/", live_server.url))
    page.get_by_role("main").get_by_role("button").first.click()

    sign_in(facilitator)
    page.goto(f"{live_server.url}{blog.get_absolute_url()}write/")
    page.get_by_label("Title").fill("Soil week")
    page.get_by_label("Text").fill("Three journals, **one** list.")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Publish now").click()
    expect(page.get_by_text("Published.")).to_be_visible()

    mails = mailbox("reader@example.net")
    assert [mail["Subject"] for mail in mails].count("Soil week") == 1
    page.context.clear_cookies()
    page.goto(link_in(mails[-1], "/mail/leave/", live_server.url))
    page.get_by_role("main").get_by_role("button").first.click()
    assert Post.objects.get().is_published
    assert len(mailbox("reader@example.net")) == len(mails)


def test_writing_works_by_keyboard_and_is_kept_while_typing(page, live_server, sign_in, facilitator, community):
    blog = BlogFactory(community=community)
    sign_in(facilitator)
    page.goto(f"{live_server.url}{blog.get_absolute_url()}write/")
    page.get_by_label("Title").fill("Half a thought")
    page.get_by_label("Text").focus()
    page.keyboard.press("Control+b")
    page.keyboard.type("bold")
    expect(page.get_by_label("Text")).to_have_value("**bold**")
    expect(page.locator("[data-autosave-status]")).to_contain_text("Kept at", timeout=10_000)
    page.goto(f"{live_server.url}{blog.get_absolute_url()}write/")
    expect(page.get_by_label("Title")).to_have_value("Half a thought")


def test_the_preview_shows_what_it_will_look_like(page, live_server, sign_in, facilitator, community, console_errors):
    blog = BlogFactory(community=community)
    sign_in(facilitator)
    page.goto(f"{live_server.url}{blog.get_absolute_url()}write/")
    page.get_by_label("Text").fill("A *fine* list:\n\n- one")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-preview] em")).to_have_text("fine")
    assert not console_errors
