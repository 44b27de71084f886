"""The composer of a topic, where there is JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from discussions.models import Reply
from tests.browser.test_everybody_can_use_it import RULES
from tests.discussions.test_reading_topics import fill
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def topic(community, facilitator):
    return topic_of(ForumFactory(community=community), by=facilitator, body="Paste holds longer than glue.")


@pytest.fixture
def area(live_server, page, sign_in, topic, member):
    """The text area below a topic that a member reads."""
    sign_in(member)
    page.goto(f"{live_server.url}{topic.get_absolute_url()}")
    return page.get_by_label("Your reply")


def test_somebody_is_called_by_keys_alone(area, page, community, console_errors):
    MembershipFactory(community=community, user__display_name="Anna Berg")
    area.press_sequentially("Ask @an")
    page.get_by_role("option", name="Anna Berg").wait_for()
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == []
    area.press("Enter")
    assert area.input_value() == "Ask @Anna.Berg "
    area.press_sequentially("now")
    area.press("Control+Enter")
    page.get_by_text("@Anna.Berg").wait_for()
    assert console_errors == []


def test_a_text_that_could_not_be_sent_is_gone_when_its_writer_signs_out(area, page):
    page.route("**/drafts/**", lambda route: route.abort())
    kept = "() => Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"
    area.press_sequentially("Not for whoever comes next")
    expect(page.locator("[data-autosave-status]")).to_contain_text("keeps a copy", timeout=10_000)
    assert page.evaluate(kept) == 1
    page.locator(".menu--own > summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in").first.wait_for()
    assert page.evaluate(kept) == 0


def mark(page, text: str) -> None:
    """Select a whole paragraph."""
    page.get_by_text(text).first.evaluate("node => getSelection().selectAllChildren(node)")


def test_marked_words_are_quoted_and_answered_where_they_stand(area, page, topic, member, console_errors):
    answer = reply_to(
        topic, by=MembershipFactory(community=topic.community, user__display_name="Olga").user, body="Wheat, or rice."
    )
    page.reload()
    mark(page, "Wheat, or rice.")
    page.get_by_role("button", name="Quote this").click()
    assert area.input_value() == f"> **Olga** [wrote](/r/{answer.pk}/):\n>\n> Wheat, or rice.\n\n"
    assert page.get_by_text("Below the reply of Olga").is_visible()
    area.press_sequentially("Rice!")
    area.press("Control+Enter")
    page.get_by_text("Rice!").wait_for()
    assert Reply.objects.latest("pk").parent == answer
    assert console_errors == []


def test_a_picture_is_found_by_its_name_or_by_the_button(area, page, console_errors):
    area.press_sequentially("Good :seedl")
    page.get_by_role("option", name=":seedling:").wait_for()
    area.press("Tab")
    page.get_by_role("button", name="Emoji").click()
    page.get_by_role("option", name=":wink:").click()
    assert area.input_value() == "Good 🌱 😉 "
    assert console_errors == []


def test_topics_like_it_are_shown_while_a_title_is_typed(live_server, page, sign_in, topic, member, console_errors):
    sign_in(member)
    page.goto(f"{live_server.url}{topic.forum.get_absolute_url()}start/")
    page.get_by_label("Title").press_sequentially("offprints of mine")
    page.get_by_role("link", name=topic.title).wait_for()
    assert console_errors == []


def test_a_file_is_put_into_the_text(area, page, settings, tmp_path, console_errors):
    settings.MEDIA_ROOT = tmp_path
    notes = {"name": "notes.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Add a file").click()
    chosen.value.set_files(notes)
    expect(area).to_have_value(re.compile(r"^\[notes\.pdf\]\(/attachments/\d+/notes\.pdf\) \(8 bytes\)\n$"))
    assert console_errors == []


def test_replies_are_brought_into_the_page_both_ways(live_server, page, sign_in, topic, member, console_errors):
    sign_in(member)
    rows = fill(topic, 50, by=member)
    page.goto(f"{live_server.url}{topic.get_absolute_url()}?at=from-{rows[24].pk}")
    page.get_by_role("link", name="Later").click()
    page.get_by_text("reply 49", exact=True).wait_for()
    page.get_by_role("link", name="Earlier").click()
    page.get_by_text("reply 10", exact=True).wait_for()
    page.get_by_role("link", name="Earlier").click()
    page.get_by_text("Paste holds longer").wait_for()
    expect(page.locator("article.reply")).to_have_count(51)
    expect(page.get_by_role("link", name="Earlier")).to_have_count(0)
    assert console_errors == []


def test_tags_are_completed_by_keys_alone(live_server, page, sign_in, topic, member, facilitator, console_errors):
    topic_of(topic.forum, by=facilitator, title="Weeds", tags=["weeding", "weights"])
    sign_in(member)
    page.goto(f"{live_server.url}{topic.forum.get_absolute_url()}start/")
    tags = page.get_by_role("combobox", name="Tags")
    tags.press_sequentially("glue, we")
    page.get_by_role("option", name="weeding").wait_for()
    expect(tags).to_have_attribute("aria-expanded", "true")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], node["html"]) for one in found for node in one["nodes"]] == []
    tags.press("ArrowDown")
    tags.press("Enter")
    assert tags.input_value() == "glue, weeding, "
    tags.press_sequentially("wei")
    page.get_by_role("option", name="weights").wait_for()
    tags.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    assert tags.input_value() == "glue, weeding, wei"
    assert console_errors == []
