"""Reading long topics: as a tree and by time, from both ends and from a link, at a constant cost."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from discussions import marks, moderating, reading
from discussions.models import Reply
from discussions.paths import below
from discussions.writing import edit
from tests.factories import ForumFactory, reply_to, topic_of


def fill(topic, count: int, *, by) -> list[Reply]:
    """Many replies at once, each tenth below the one before."""
    opening, at = topic.replies.order_by("path").first(), timezone.now()
    rows, last = [], opening
    for number in range(count):
        parent = last if number % 10 == 9 else opening
        moment = at + timedelta(seconds=number + 1)
        rows.append(
            Reply(
                topic=topic,
                parent=parent if parent.pk else opening,
                path=below(parent.path, moment),
                author=by,
                body=str(number),
                body_html=f"<p>reply {number}</p>",
                text=f"reply {number}",
                posted_at=moment,
                told_at=moment,
            )
        )
        last = rows[-1]
    Reply.objects.bulk_create(rows)
    topic.reply_count += count
    topic.save()
    return rows


def ids(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<article class="reply" id="r(\d+)"', page)]


def walk(client, url: str, rel: str) -> list[int]:
    """Every reply on the way along the links of one direction."""
    base, found = url.split("?")[0], []
    while True:
        page = client.get(url).content.decode()
        here = ids(page)
        found = found + here if rel == "next" else here + found
        link = re.search(rf'rel="{rel}" href="\?at=([^"]+)"', page)
        if not link:
            return found
        url = f"{base}?at={link[1]}"


@pytest.mark.parametrize("order", ["tree", "time"])
def test_every_reply_is_met_once_in_both_directions(order, client, topic, member):
    fill(topic, 65, by=member)
    key = "path" if order == "tree" else "posted_at"
    wanted = list(topic.replies.order_by(key).values_list("pk", flat=True))
    client.get(f"{topic.get_absolute_url()}?order={order}")
    assert walk(client, topic.get_absolute_url(), "next") == wanted
    assert walk(client, f"{topic.get_absolute_url()}?at=end", "prev") == wanted


def test_the_choice_of_order_is_remembered(client, topic, member):
    client.get(f"{topic.get_absolute_url()}?order=time")
    assert 'data-order="time"' in client.get(topic.get_absolute_url()).content.decode()


def test_a_permanent_link_lands_on_its_reply(client, topic, member):
    rows = fill(topic, 60, by=member)
    answer = client.get(rows[50].get_absolute_url())
    assert answer["Location"].endswith(f"?at=from-{rows[50].pk}#r{rows[50].pk}")
    assert ids(client.get(answer["Location"]).content.decode())[0] == rows[50].pk


def test_a_short_topic_s_links_stay_on_its_page(client, topic, member):
    sent = reply_to(topic, by=member)
    assert client.get(sent.get_absolute_url())["Location"] == f"{topic.get_absolute_url()}#r{sent.pk}"


@pytest.mark.parametrize("at", ["from-0", "after-x", "sideways-1", "from-99999999999999999999", "\0", "end-3"])
def test_a_place_that_nobody_made_is_the_first_page_or_the_last(client, topic, at):
    assert client.get(topic.get_absolute_url(), {"at": at}).status_code == 200


def test_the_first_unread_reply_is_found(as_other, topic, member, other):
    rows = fill(topic, 30, by=member)
    as_other.post(
        f"/c/library/t/{topic.pk}/read/", {"ids": ",".join(str(row.pk) for row in [topic.replies.first(), *rows[:25]])}
    )
    answer = as_other.get(f"/c/library/t/{topic.pk}/unread/", follow=True)
    assert ids(answer.content.decode())[0] == rows[25].pk


def test_a_reply_says_whom_it_answers(client, topic, member, other):
    first = reply_to(topic, by=other, body="First")
    reply_to(topic, by=member, body="Second", parent=first)
    assert "to Olga" in client.get(topic.get_absolute_url()).content.decode()


def test_a_hidden_reply_is_read_by_facilitators_alone(client, as_facilitator, topic, member, facilitator):
    sent = reply_to(topic, by=member, body="Rude words")
    moderating.hide(sent, by=facilitator)
    assert "Rude words" not in client.get(topic.get_absolute_url()).content.decode()
    assert "Rude words" in as_facilitator.get(topic.get_absolute_url()).content.decode()


@pytest.mark.parametrize("at", ["", "end", "middle"])
def test_a_topic_costs_as_many_queries_with_500_replies_as_with_25(at, as_member, visitor, topic, member, query_count):
    rows = fill(topic, 25, by=member)
    url = topic.get_absolute_url()
    where = {"": "", "end": "?at=end", "middle": f"?at=from-{rows[12].pk}"}[at]
    few = (query_count(as_member, url + where), query_count(visitor, url + where))
    fill(topic, 475, by=member)
    assert (query_count(as_member, url + where), query_count(visitor, url + where)) == few


def test_a_topic_keeps_its_budget_of_queries(as_member, visitor, topic, member, query_count):
    fill(topic, 30, by=member)
    assert query_count(visitor, topic.get_absolute_url()) <= 5
    assert query_count(as_member, topic.get_absolute_url()) <= 13


def test_lists_cost_as_many_queries_with_20_topics_as_with_2(as_member, forum, member, query_count):
    urls = ["/c/library/discussions/", forum.get_absolute_url(), "/c/library/discussions/?only=unanswered"]
    for number in range(2):
        topic_of(forum, by=member, title=f"Topic {number}", tags=["one", "two"])
    few = [query_count(as_member, url) for url in urls]
    for number in range(18):
        topic_of(forum, by=member, title=f"More {number}", tags=["one", "three"])
    assert [query_count(as_member, url) for url in urls] == few


def test_topics_are_filtered_by_tag_and_pinned_ones_stand_first(as_member, forum, member, facilitator):
    pinned = topic_of(forum, by=member, title="House rules")
    topic_of(forum, by=member, title="Weeding", tags=["stock"])
    moderating.set_pinned(pinned, True, by=facilitator)
    page = as_member.get(forum.get_absolute_url()).content.decode()
    assert page.index("House rules") < page.index("Weeding")
    tagged = as_member.get("/c/library/discussions/?tag=stock").content.decode()
    assert "Weeding" in tagged
    assert "House rules" not in tagged


def test_pages_of_a_topic_follow_each_other_without_offset(topic, member):
    fill(topic, 45, by=member)
    first = reading.page_of(topic, order="tree", reader=member)
    second = reading.page_of(topic, order="tree", at=first.after, reader=member)
    assert reading.page_of(topic, order="tree", at=second.before, reader=member).rows == first.rows
    assert first.before == ""


def test_a_forum_of_facilitators_is_theirs(as_member, as_facilitator, community):
    forum = ForumFactory(community=community, audience="facilitators")
    assert as_member.get(forum.get_absolute_url()).status_code == 404
    assert as_facilitator.get(forum.get_absolute_url()).status_code == 200


def test_a_visitor_s_warm_page_asks_one_question_and_yet_shows_what_is_new(
    visitor, topic, member, facilitator, query_count
):
    url = topic.get_absolute_url()
    fill(topic, 5, by=member)
    assert query_count(visitor, url) == 1
    sent = reply_to(topic, by=member, body="Just now")
    assert "Just now" in visitor.get(url).content.decode()
    edit(sent, body="Changed since", by=member, version=1)
    assert "Changed since" in visitor.get(url).content.decode()
    moderating.hide(sent, by=facilitator)
    assert "Changed since" not in visitor.get(url).content.decode()


def test_a_topic_is_unread_exactly_while_something_of_others_was_not_seen(topic, member, other):
    assert marks.unread_topics([topic], reader=other) == {topic.pk}
    opening, first = topic.replies.get(), reply_to(topic, by=member)
    marks.mark_read(topic, [opening.pk], by=other)
    second = reply_to(topic, by=member)
    marks.mark_read(topic, [second.pk], by=other)
    assert marks.unread_topics([topic], reader=other) == {topic.pk}
    marks.mark_read(topic, [first.pk], by=other)
    reply_to(topic, by=other)
    assert marks.unread_topics([topic], reader=other) == set()
    assert marks.first_unread(topic, reader=other) is None
    reply_to(topic, by=member)
    assert marks.unread_topics([topic], reader=other) == {topic.pk}


def test_branches_fold_without_a_script_and_are_whole(client, topic, member, other):
    first = reply_to(topic, by=other, body="First")
    below = reply_to(topic, by=member, body="Below", parent=first)
    reply_to(topic, by=other, body="Deeper", parent=below)
    reply_to(topic, by=other, body="Beside", parent=first)
    reply_to(topic, by=member, body="Last")
    page = client.get(topic.get_absolute_url()).content.decode()
    marks = re.findall(r"(<details class=\"branch\" open>|</details>|>(?:First|Below|Deeper|Beside|Last)<)", page)
    shape = "".join("(" if mark.startswith("<d") else ")" if mark.startswith("</") else mark[1] for mark in marks)
    assert shape.replace("()", "") == "F(B(D)B)L"
    assert "3 replies below" in page
    assert "branch" not in client.get(f"{topic.get_absolute_url()}?order=time").content.decode()


@pytest.mark.parametrize("at", ["", "end", "middle"])
def test_every_branch_that_begins_on_a_page_ends_there(at, client, topic, member):
    rows = fill(topic, 65, by=member)
    where = {"": "", "end": "?at=end", "middle": f"?at=from-{rows[30].pk}"}[at]
    page = client.get(topic.get_absolute_url() + where).content.decode()
    assert page.count("<details") == page.count("</details>")


def test_what_was_found_marks_the_replies_that_it_came_from(as_member, client, topic, other):
    source, beside = reply_to(topic, by=other, body="Boxes last."), reply_to(topic, by=other, body="Drawers stick.")
    url = f"/c/library/t/{topic.pk}/summary/"
    offered = as_member.get(url, {"from": source.pk}).content.decode()
    assert f"Boxes last. ([Olga](/r/{source.pk}/))" in offered
    as_member.post(url, {"body": f"Boxes last. ([Olga](/r/{source.pk}/))"})
    page = client.get(topic.get_absolute_url()).content.decode()
    marked = [
        number for number in ids(page) if "In what we found" in page.split(f'id="r{number}"')[1].split("</article>")[0]
    ]
    assert marked == [source.pk]
    assert beside.pk in ids(page)
