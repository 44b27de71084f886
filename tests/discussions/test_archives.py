"""Archives of mailing lists: every message is a reply or in the report, a second run adds nothing, nobody is mailed."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from cop.mail.letters import read, unflowed
from cop.mail.models import Delivery
from cop.mail.trimming import trim
from discussions import answering, moderating, telling
from discussions.archives import claiming, restoring, running, sorting
from discussions.archives.importing import import_archive
from discussions.archives.masking import masked
from discussions.archives.mbox import LONGEST_MESSAGE, messages
from discussions.archives.models import ArchivedMessage, Import
from discussions.archives.threading import Node, parents
from discussions.mention_models import Mention
from discussions.models import Forum, Guest, Reply, Topic
from discussions.opening import change_forum
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of

MBOX = Path(settings.SHARED_DATA) / "mbox"
needs_data = pytest.mark.skipif(not MBOX.is_dir(), reason=f"{MBOX} is absent")


def letter(number: int, *, answers: int | None = None, subject: str = "Kiln", body: str = "Words.", **headers) -> bytes:
    above = f"In-Reply-To: <{answers}@lists.example>\n" if answers is not None else ""
    given = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return (
        f"From ana@x.example Mon Jan  2 10:{number:02}:00 2012\nFrom: Ana {number} <ana{number}@x.example>\n"
        f"Message-ID: <{number}@lists.example>\nSubject: {subject}\nDate: Mon, 2 Jan 2012 10:{number:02}:00 +0000\n"
        f"{above}{given}\n{body}\n\n"
    ).encode()


@pytest.fixture
def take(tmp_path, forum):
    """A function that imports letters into the forum."""

    def take(*letters: bytes, **given):
        path = tmp_path / "list.mbox"
        path.write_bytes(b"".join(letters))
        return import_archive(forum, path, **given)

    return take


def tree() -> list[tuple[int, str]]:
    return [(reply.depth, reply.text.strip()) for reply in Reply.objects.order_by("topic_id", "path")]


def test_answers_stand_below_what_they_answer(take):
    report = take(
        letter(1, body="Q"),
        letter(2, answers=1, body="A"),
        letter(3, answers=2, body="B"),
        letter(4, answers=1, body="C"),
    )
    assert (report.added, report.topics) == (4, 1)
    assert tree() == [(0, "Q"), (1, "A"), (2, "B"), (1, "C")]
    assert Topic.objects.get().reply_count == 3


def test_a_second_run_adds_only_what_is_new(take):
    take(letter(1), letter(2, answers=1))
    report = take(letter(1), letter(2, answers=1), letter(3, answers=2))
    assert (report.added, report.known) == (1, 2)
    assert Topic.objects.standing().count() == 1
    assert Reply.objects.count() == 3


def test_an_orphan_is_adopted_when_its_parent_arrives(take, visitor):
    take(letter(2, answers=1, body="Answer"), letter(3, answers=2, body="Thanks"))
    old = Topic.objects.get()
    report = take(letter(1, body="Question"))
    assert report.adopted == 1
    assert tree() == [(0, "Question"), (1, "Answer"), (2, "Thanks")]
    assert visitor.get(old.get_absolute_url()).status_code == 301


def test_a_loop_is_refused(take):
    report = take(letter(1, answers=2), letter(2, answers=1))
    assert report.added == 2
    assert Reply.objects.filter(parent=None).count() == 1


def test_subjects_thread_only_where_headers_are_missing(take):
    take(
        letter(1, subject="Kiln"),
        letter(2, subject="Re: [pots] Kiln"),
        letter(3, subject="Kiln"),
        letter(4, subject="Re: Kiln", answers=3),
    )
    assert Topic.objects.count() == 2


def test_one_id_on_two_messages_loses_neither(take):
    report = take(letter(1, body="One"), letter(1, body="Other"), letter(1, body="One"))
    assert report.added == 2
    assert dict(report.left_out) == {"double": 1}


def test_an_empty_message_is_in_the_report_and_its_answers_are_kept(take):
    report = take(letter(1, body=""), letter(2, answers=1, body="Answer"))
    assert dict(report.left_out) == {"empty": 1}
    assert report.added == 1


def test_addresses_are_never_shown(take, visitor):
    take(letter(1, body="Write to ana@x.example or bob at y.example.org."))
    page = visitor.get(Topic.objects.get().get_absolute_url()).content.decode()
    assert "x.example" not in page
    assert "y.example" not in page
    assert not Guest.objects.filter(name__contains="@").exists()


def test_nobody_is_mailed(take):
    take(letter(1), letter(2, answers=1))
    assert not Delivery.objects.exists()
    assert not Reply.objects.filter(told_at=None).exists()


def test_an_archive_s_text_cannot_attack(take, visitor):
    take(letter(1, body="<script>alert(1)</script> [x](javascript:alert(1)) # no heading\n# Really"))
    page = visitor.get(Topic.objects.get().get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<h1>Really" not in page


def test_a_message_is_found_by_its_id(take, visitor):
    take(letter(1), letter(2, answers=1))
    found = Reply.objects.get(message_id="2@lists.example")
    assert visitor.get("/m/2@lists.example")["Location"] == found.get_absolute_url()
    assert visitor.get("/m/9@lists.example").status_code == 404


def test_a_mail_of_ours_is_found_by_its_id_too(topic, other, visitor, forum):
    written = reply_to(topic, by=other)
    assert visitor.get(f"/m/{telling.message_id(written).strip('<>')}").url == written.get_absolute_url()
    opening = topic.replies.order_by("path").first()
    assert visitor.get(f"/m/{telling.message_id(opening).strip('<>')}").url == opening.get_absolute_url()
    assert visitor.get("/m/reply-999@testserver").status_code == 404
    forum.audience = "community"
    change_forum(forum)
    assert visitor.get(f"/m/{telling.message_id(written).strip('<>')}").status_code == 404


def test_what_one_wrote_is_claimed_by_proof_of_the_address(take, as_member, member):
    take(letter(1), letter(2, answers=1))
    assert "Nothing to claim" in as_member.get("/archives/claim/").content.decode()
    EmailAddress.objects.create(user=member, email="ana1@x.example", verified=True)
    as_member.post("/archives/claim/")
    assert Reply.objects.get(author=member).message_id == "1@lists.example"
    assert claiming.claim(member) == 0


def test_an_unproven_address_claims_nothing(take, member):
    take(letter(1))
    EmailAddress.objects.create(user=member, email="ana1@x.example", verified=False)
    assert claiming.claim(member) == 0


def test_a_facilitator_puts_a_thread_where_it_belongs(take, as_facilitator):
    take(letter(1, subject="Kiln", body="Q"), letter(2, subject="Other", body="Strayed"))
    first, second = Topic.objects.order_by("started_at")
    as_facilitator.post(f"/c/library/t/{second.pk}/adopt/", {"answers": first.replies.get().get_absolute_url()})
    assert tree() == [(0, "Q"), (1, "Strayed")]


def test_a_forum_is_given_out_and_read_in_again_as_the_same_tree(take, as_facilitator, community, forum, tmp_path):
    take(
        letter(1, body="Q\n\nFrom the start"),
        letter(2, answers=1, body="A"),
        letter(3, answers=2, body="B"),
        letter(4, subject="Two", body="C"),
    )
    before = tree()
    data = b"".join(as_facilitator.get(f"{forum.get_absolute_url()}export.mbox").streaming_content)
    other = ForumFactory(community=community)
    path = tmp_path / "out.mbox"
    path.write_bytes(data)
    assert import_archive(other, path).added == 4
    after = [
        (row.depth, row.text.strip()) for row in Reply.objects.filter(topic__forum=other).order_by("topic_id", "path")
    ]
    assert after == before


@pytest.mark.parametrize("form", ["mbox", "jsonl"])
def test_a_community_is_given_out_and_read_in_again_as_the_same_trees(
    form, take, as_facilitator, community, forum, member, tmp_path
):
    take(letter(1, body="Q"), letter(2, answers=1, body="A"), letter(3, answers=2, body="B"))
    topic_of(ForumFactory(community=community), by=member, title="Elsewhere", body="From here.")
    rows = Reply.objects.filter(topic__forum__isnull=False).order_by("posted_at", "path")
    before = [(row.depth, row.text.strip(), row.author_name) for row in rows]
    data = b"".join(as_facilitator.get(f"/c/library/discussions/export.{form}").streaming_content)
    path = tmp_path / f"out.{form}"
    path.write_bytes(data)
    other = ForumFactory()
    assert import_archive(other, path).added == 4
    assert import_archive(other, path).added == 0
    rows = rows.filter(topic__forum=other)
    assert [(row.depth, row.text.strip(), row.author_name) for row in rows] == before


def test_a_line_of_json_that_nobody_can_read_is_not_lost(forum, tmp_path):
    path = tmp_path / "odd.jsonl"
    path.write_bytes(b'{"title": "half a li\n{"posted_at": "yesterday"}\n\n[' + b"[" * 5000 + b"\n")
    assert import_archive(forum, path).added == 3


def said(data: bytes) -> list[tuple]:
    """What a file says, without the numbers that differ from site to site."""
    keys = ("message_id", "answers_message_id", "title", "kind", "author", "posted_at", "body", "accepted_at", "tags")
    keys += ("pinned_at", "locked_at", "summary", "trimmed", "edited_at")
    return [tuple(row.get(key) if key != "tags" else str(row.get(key)) for key in keys) for row in rows_in(data)]


def rows_in(data: bytes) -> list[dict]:
    return [json.loads(line) for line in data.splitlines()]


def given(client, url: str) -> bytes:
    return b"".join(client.get(url).streaming_content)


@pytest.fixture
def told_of(forum, member, facilitator, other):
    """A question with tags, a tree, two accepted answers and a summary; pinned and locked; and a topic of another."""
    topic = topic_of(
        forum, by=member, title="Paste?", kind="question", tags=["paste", "Cold chain"], body="*How* @Olga?"
    )
    first = reply_to(topic, by=other, body="Wheat.\n\n> quoted\n\n-- \nnot a signature")
    reply_to(topic, by=member, body="Why?", parent=first)
    second = reply_to(topic, by=facilitator, body="Rice.")
    reply_to(topic, by=other, body="Mine: olga@x.example", parent=second)
    for reply in (first, second):
        answering.accept(reply, by=member)
    moderating.summarise(topic, words="*Wheat* it is.", by=facilitator)
    moderating.set_pinned(topic, True, by=facilitator)
    moderating.set_locked(topic, True, by=facilitator)
    topic_of(forum, by=other, title="Another", body="B")
    topic_of(ForumFactory(community=forum.community), by=other, title="Elsewhere", body="C")
    return topic


@pytest.mark.parametrize("what", ["topic", "forum", "community"])
def test_what_is_given_out_as_json_comes_back_as_it_was(what, told_of, forum, as_facilitator, signed_in, tmp_path):
    urls = {
        "topic": f"/c/library/t/{told_of.pk}/export.jsonl",
        "forum": f"{forum.get_absolute_url()}export.jsonl",
        "community": "/c/library/discussions/export.jsonl",
    }
    data = given(as_facilitator, urls[what])
    path = tmp_path / "out.jsonl"
    path.write_bytes(data)
    there = ForumFactory(audience="public")
    facilitator_there = MembershipFactory(community=there.community, role="facilitator").user
    mails = Delivery.objects.count()
    call_command("import_json", f"{there.community.slug}/{there.slug}", str(path))
    again = given(signed_in(facilitator_there), f"{there.get_absolute_url()}export.jsonl")
    assert said(again) == said(data)
    assert len(said(data)) == {"topic": 5, "forum": 6, "community": 7}[what]
    assert not Reply.objects.filter(topic__forum=there, author__isnull=False).exists()
    assert import_archive(there, path).added == 0
    assert Delivery.objects.count() == mails
    restored = Topic.objects.get(forum=there, title="Paste?")
    assert (restored.reply_count, restored.kind, restored.is_locked) == (4, "question", True)
    assert restored.answered_at == Topic.objects.get(pk=told_of.pk).answered_at
    assert not Mention.objects.filter(reply__topic=restored).exists()
    path.write_bytes(again)
    assert import_archive(ForumFactory(), path).added == len(said(data))


@pytest.fixture
def exported(told_of, community, member, facilitator, as_facilitator, tmp_path):
    """A community's JSON: three forums, one of them for facilitators alone and one for everybody."""
    back = ForumFactory(
        community=community, name="Backroom", slug="back", audience="facilitators", starters="facilitators"
    )
    topic_of(back, by=facilitator, title="Whom to ask", body="Quietly.")
    porch = ForumFactory(
        community=community, name="Porch", slug="porch", audience="public", description="For passers-by"
    )
    topic_of(porch, by=member, title="Hello", body="You there.")
    path = tmp_path / "community.jsonl"
    path.write_bytes(given(as_facilitator, "/c/library/discussions/export.jsonl"))
    return path


def forums_of(community) -> dict[str, tuple[str, int]]:
    """Each forum's audience and how many topics are in it."""
    rows = Forum.objects.filter(community=community)
    return {row.name: (row.audience, Topic.objects.filter(forum=row, audience=row.audience).count()) for row in rows}


def test_a_community_s_json_goes_back_into_its_several_forums(exported, forum, signed_in):
    there = ForumFactory(audience="public", name="Attic")
    call_command("import_json", f"{there.community.slug}/{there.slug}", str(exported), "--by-forum")
    before = forums_of(forum.community)
    assert len(before) == 4
    assert forums_of(there.community) == before | {"Attic": ("public", 0)}
    made = Forum.objects.get(community=there.community, name="Backroom")
    assert (made.slug, made.starters, made.is_archived) == ("back", "facilitators", False)
    assert Forum.objects.get(community=there.community, name="Porch").description == "For passers-by"
    as_there = signed_in(MembershipFactory(community=there.community, role="facilitator").user)
    again = given(as_there, f"/c/{there.community.slug}/discussions/export.jsonl")
    assert sorted(said(again)) == sorted(said(exported.read_bytes()))
    forums = [(row["title"], row.get("forum")) for row in rows_in(exported.read_bytes()) if "forum" in row]
    assert sorted(forums, key=str) == sorted(
        ((row["title"], row["forum"]) for row in rows_in(again) if "forum" in row), key=str
    )
    second = import_archive(there, exported, is_sorted=True)
    assert (second.added, second.known) == (0, 9)


def test_no_forum_that_comes_back_is_read_by_more_people_than_the_chosen_one(exported, visitor):
    there = ForumFactory(audience="community", name="Attic")
    import_archive(there, exported, is_sorted=True)
    found = forums_of(there.community)
    assert found["Backroom"] == ("facilitators", 1)
    assert found["Porch"] == ("community", 1)
    assert {audience for audience, _count in found.values()} == {"community", "facilitators"}
    assert (
        visitor.get(Topic.objects.get(community=there.community, title="Hello").get_absolute_url()).status_code == 404
    )


def test_what_belongs_into_a_forum_with_more_readers_stays_in_the_chosen_one(exported):
    there = ForumFactory(audience="facilitators", name="Attic")
    ForumFactory(community=there.community, name="Porch", audience="public")
    import_archive(there, exported, is_sorted=True)
    assert forums_of(there.community)["Porch"] == ("public", 0)
    assert Topic.objects.get(community=there.community, title="Hello").forum == there


def test_a_forum_of_that_name_is_used_and_its_own_file_adds_nothing(exported, forum):
    before = forums_of(forum.community)
    public = Forum.objects.get(community=forum.community, name="Porch")
    assert import_archive(public, exported, is_sorted=True).added == 0
    assert forums_of(forum.community) == before
    there = ForumFactory(audience="public", name="Attic")
    porch = ForumFactory(community=there.community, name="Porch", slug="other", audience="community")
    import_archive(there, exported, is_sorted=True)
    assert Topic.objects.get(community=there.community, title="Hello").forum == porch


def test_forums_in_a_file_are_read_as_well_as_can_be_and_are_not_without_number(forum, tmp_path, monkeypatch):
    monkeypatch.setattr(sorting, "MADE_MOST", 3)
    odd = [
        None, 7, {"name": ""}, {"name": ["x"] * 99, "audience": "all", "starters": 5},
        {"name": "A", "slug": forum.slug},
        {"name": "\0 A ", "audience": ["public"]}, {"name": "!", "audience": "public"}, {"name": "One too many"},
    ]  # fmt: skip
    line = {"author": "M.", "posted_at": "2012-01-02T10:00", "body": "Hot"}
    rows = [{**line, "message_id": f"{n}@x.example", "title": f"T{n}", "forum": one} for n, one in enumerate(odd)]
    path = tmp_path / "odd.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert import_archive(forum, path, is_sorted=True).added == len(odd)
    made = Forum.objects.filter(community=forum.community).exclude(pk=forum.pk)
    assert made.count() == 3
    assert all(row.audience == "facilitators" or row.name == "!" for row in made)
    assert Topic.objects.get(title="T7").forum == forum
    assert Topic.objects.get(title="T5").forum == Topic.objects.get(title="T4").forum
    assert made.get(name="A").slug == f"{forum.slug}-2"


def test_in_the_browser_the_switch_sorts_topics_into_forums(exported, as_facilitator, forum, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    Topic.objects.filter(title="Hello").delete()
    Forum.objects.filter(name="Porch").delete()
    with exported.open("rb") as file:
        as_facilitator.post(f"{forum.get_absolute_url()}import/", {"file": file, "is_sorted": "on"})
    running.run_waiting()
    assert Topic.objects.get(title="Hello").forum.name == "Porch"
    assert Import.objects.get().is_sorted


def test_a_file_taken_back_into_its_own_forum_adds_nothing(told_of, forum, as_facilitator, tmp_path):
    path = tmp_path / "out.jsonl"
    path.write_bytes(given(as_facilitator, f"{forum.get_absolute_url()}export.jsonl"))
    report = import_archive(forum, path)
    assert (report.read, report.added, report.known) == (6, 0, 6)


def test_a_later_file_adds_only_what_was_written_since(told_of, forum, facilitator, as_facilitator, tmp_path):
    path, there, url = tmp_path / "out.jsonl", ForumFactory(), f"{forum.get_absolute_url()}export.jsonl"
    path.write_bytes(given(as_facilitator, url))
    import_archive(there, path)
    reply_to(told_of, by=facilitator, body="One more.")
    answering.unaccept(told_of.replies.filter(accepted_at__isnull=False).first(), by=facilitator)
    path.write_bytes(given(as_facilitator, url))
    report = import_archive(there, path)
    assert (report.added, report.known, report.topics) == (1, 6, 0)
    assert Reply.objects.get(topic__forum=there, body="One more.").parent.body == "*How* @Olga?"


def test_answers_to_what_was_hidden_stay_in_their_topic(told_of, forum, facilitator, as_facilitator, tmp_path):
    moderating.hide(told_of.replies.get(body="Rice."), by=facilitator)
    path, there = tmp_path / "out.jsonl", ForumFactory()
    path.write_bytes(given(as_facilitator, f"/c/library/t/{told_of.pk}/export.jsonl"))
    assert import_archive(there, path).topics == 1
    assert Reply.objects.get(topic__forum=there, body__startswith="Mine").parent.body == "*How* @Olga?"


def test_lines_in_any_order_make_the_same_tree(told_of, as_facilitator, tmp_path):
    lines = given(as_facilitator, f"/c/library/t/{told_of.pk}/export.jsonl").splitlines(keepends=True)
    path, there = tmp_path / "out.jsonl", ForumFactory()
    path.write_bytes(b"".join(reversed(lines)))
    report = import_archive(there, path)
    assert report.added == 5
    above = {row.body[:4]: row.parent and row.parent.body[:4] for row in Reply.objects.filter(topic__forum=there)}
    assert above["Rice"] == above["Whea"] == "*How"
    assert Topic.objects.filter(forum=there, deleted_at=None).count() == 1


def test_a_json_import_is_paused_and_goes_on_where_it_was(
    told_of, forum, as_facilitator, settings, tmp_path, monkeypatch
):
    monkeypatch.setattr(restoring, "LINES_A_BATCH", 4)
    settings.MEDIA_ROOT = tmp_path / "media"
    there = ForumFactory(community=forum.community)
    data = given(as_facilitator, f"{forum.get_absolute_url()}export.jsonl")
    upload(as_facilitator, there, data)
    run = Import.objects.get()
    stopped = import_archive(there, Path(run.file.path), run=run, tell=lambda report, total: False)
    assert (stopped.read, stopped.added) == (6, 4)
    assert running.run_waiting() == 2
    run.refresh_from_db()
    assert (run.state, run.added, run.total) == ("done", 6, 6)


def test_an_address_in_a_file_is_claimed_by_its_proof_and_shown_to_nobody(forum, tmp_path, member, visitor):
    row = {"message_id": "1@x.example", "title": "Kiln", "author": "M.", "posted_at": "2012-01-02T10:00", "body": "Hot"}
    path = tmp_path / "out.jsonl"
    path.write_text(json.dumps({**row, "address": member.email.upper()}) + "\n")
    import_archive(forum, path)
    written = Reply.objects.get(message_id="1@x.example")
    assert (written.author, written.author_name) == (None, "M.")
    assert member.email not in visitor.get(written.topic.get_absolute_url()).content.decode()
    EmailAddress.objects.create(user=member, email=member.email, verified=True)
    assert claiming.claim(member) == 1


def test_odd_values_in_a_file_are_read_as_well_as_can_be(forum, tmp_path):
    odd = {
        "message_id": "1@x.example", "title": " \0 ", "author": None, "posted_at": "2912-01-02T10:00:00+00:00",
        "body": "x" * 250_000, "kind": "riot", "tags": [None, "a,b", "!", ["deep"]], "pinned_at": "", "summary": 7,
    }  # fmt: skip
    path = tmp_path / "out.jsonl"
    path.write_text(json.dumps(odd) + "\n" + json.dumps({**odd, "body": ""}) + "\n" + json.dumps(odd) + "\n")
    report = import_archive(forum, path)
    assert (report.read, report.added, sum(report.left_out.values())) == (3, 1, 2)
    topic = Topic.objects.get()
    assert (topic.title, topic.kind) == ("(no subject)", "discussion")
    assert topic.started_at <= timezone.now()
    reply = topic.replies.get()
    assert len(reply.body) + len(reply.trimmed) == 250_000


def test_json_has_a_line_for_each_message_and_nothing_hidden(take, as_facilitator, forum, facilitator):
    take(letter(1), letter(2, answers=1, body="Rude"))
    moderating.hide(Reply.objects.get(message_id="2@lists.example"), by=facilitator)
    data = b"".join(as_facilitator.get(f"{forum.get_absolute_url()}export.jsonl").streaming_content).decode()
    assert [json.loads(line)["message_id"] for line in data.splitlines()] == ["1@lists.example"]


def upload(client, forum, data: bytes):
    file = SimpleUploadedFile("list.mbox", data)
    return client.post(f"{forum.get_absolute_url()}import/", {"file": file}, follow=True)


def test_a_facilitator_imports_in_the_browser(as_facilitator, forum, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload(as_facilitator, forum, letter(1) + letter(2, answers=1) + letter(3, body=""))
    assert running.run_waiting() == 2
    run = Import.objects.get()
    assert (run.state, run.added, run.left_out) == ("done", 2, 1)
    page = as_facilitator.get(f"{forum.get_absolute_url()}import/{run.pk}/").content.decode()
    assert "There was no text in it." in page


def test_an_import_is_paused_and_goes_on(as_facilitator, forum, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    upload(as_facilitator, forum, letter(1))
    run = Import.objects.get()
    url = f"{forum.get_absolute_url()}import/{run.pk}/set/"
    as_facilitator.post(url, {"what": "pause"})
    assert running.run_waiting() == 0
    as_facilitator.post(url, {"what": "go"})
    assert running.run_waiting() == 1


def test_what_is_no_mbox_file_is_refused_in_words(as_facilitator, forum):
    page = upload(as_facilitator, forum, b"%PDF-1.4 and so on")
    assert page.status_code == 422
    assert "not an mbox file" in page.content.decode()


def test_the_command_says_what_it_did(forum, tmp_path, capsys):
    path = tmp_path / "list.mbox"
    path.write_bytes(letter(1))
    call_command("import_mbox", "library/cataloguing", str(path))
    assert "1 added in 1 topics" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no forum"):
        call_command("import_mbox", "library/nowhere", str(path))


# --- Reading ------------------------------------------------------------------------------------------------------


def test_broken_separators_and_endless_lines_lose_no_message():
    data = (
        b"\n\n"
        + letter(1, body="x" * 3_000_000)
        + letter(2, body="One\n\nFrom here on we fire.\n\n>From there")
        + b"trailing"
    )
    found = list(messages(BytesIO(data)))
    assert len(found) == 2
    assert b"\nFrom there" in found[1].data


def test_a_message_of_ten_megabytes_is_cut_and_says_so():
    found = list(messages(BytesIO(letter(1, body="word " * 2_200_000) + letter(2))))
    assert [raw.is_cut for raw in found] == [True, False]
    assert len(found[0].data) <= LONGEST_MESSAGE


@pytest.mark.parametrize(
    ("raw", "name", "text"),
    [
        (b"From: =?koi8-r?B?8NLJ18XU?= <a@b.c>\n\nx", "Привет", "x"),
        (b"From: =?nonsense?Q?caf=E9?= <a@b.c>\nContent-Type: text/plain; charset=nonsense\n\ncaf\xe9", "", "café"),
        (b"From: EJ via LIST <l@x.y>\nReply-To: EJ <ej@x.y>\n\nhi", "EJ", "hi"),
        (b"From: ana at x.org (Ana Silva)\n\nhi", "Ana Silva", "hi"),
        (b"Content-Type: text/html\n\n<style>p{}</style><p>One</p><blockquote>two</blockquote>", "", "One\n\n> two"),
        (b"no header at all", "", ""),
        (b"\x00\xff\xfe\n\n\x00", "", ""),
    ],
)
def test_odd_mails_are_read_as_well_as_can_be(raw, name, text):
    found = read(raw)
    assert text in found.text
    assert name in found.name


def test_soft_breaks_are_joined():
    assert unflowed("One \ntwo\n> quo \n> ted\n-- \nAna") == "One two\n> quo ted\n-- \nAna"


def test_impossible_dates_are_none():
    assert read(b"Date: Mon, 99 Foo 2012 99:99\n\nx").date is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mine.\n\nOn Mon, Ana wrote:\n> Yours.\n> More.", "Mine."),
        ("Mine.\n\n-- \nAna\nKiln Street", "Mine."),
        ("Mine.\n_______________________________________________\nlist mailing list\nlist@x", "Mine."),
        ("Mine.\n\n-----Original Message-----\nFrom: Ana\nSent: Monday", "Mine."),
        ("> Yours?\nMine, inline.\n> And?\nYes.", "> Yours?\nMine, inline.\n> And?\nYes."),
        ("> Only a quote.", "> Only a quote."),
    ],
)
def test_what_readers_have_seen_is_trimmed_and_kept_apart(text, kept):
    found = trim(text)
    assert found.text == kept
    assert len(found.text) + len(found.cut) >= len(text) - 3


def test_masking_leaves_no_address():
    assert "example" not in masked("ana@example.org, bob at lists.example.com")


def test_threads_do_not_depend_on_the_order_of_the_file():
    from datetime import UTC, datetime

    nodes = [
        Node(str(n), (str(n - 1),) if n else (), "s", n > 0, datetime(2012, 1, 1, n, tzinfo=UTC)) for n in range(8)
    ]
    assert parents(nodes) == parents(reversed(nodes)) == {str(n): str(n - 1) if n else None for n in range(8)}


@needs_data
@pytest.mark.parametrize("name", ["imagej-devel-2010-2011", "imagej-bugs-2014-October", "notmuch-2009"])
def test_real_archives_come_in_whole(name, forum):
    expected = json.loads((MBOX / f"{name}.mbox.expected.json").read_text())
    report = import_archive(forum, MBOX / f"{name}.mbox")
    assert report.read == expected["messages"]
    assert report.added + sum(report.left_out.values()) == expected["messages"]
    answered = Reply.objects.filter(parent__isnull=False).count()
    assert answered >= expected["replies_with_parent_in_archive"] - sum(report.left_out.values())
    assert import_archive(forum, MBOX / f"{name}.mbox").added == 0
    assert not ArchivedMessage.objects.filter(reason="", reply=None).exists()


@needs_data
@pytest.mark.parametrize(
    ("name", "count"),
    # The suite counts 13 in mailarc-1: it knows that two forwarded mails with a From_ line lie inside MIME parts.
    [("mailarc-1", 15), ("mailarc-1-dos", 15), ("mailseparators", 3), ("newlines_at_beginning", 1)],
)
def test_files_that_break_other_readers_are_split(name, count):
    with (MBOX / "separators" / f"{name}.mbox").open("rb") as file:
        assert sum(1 for _ in messages(file)) == count


def test_replies_on_the_site_go_on_below_the_archive(take, member):
    take(letter(1, body="Q"))
    topic = Topic.objects.get()
    reply_to(topic, by=member, body="Ten years later")
    assert tree() == [(0, "Q"), (1, "Ten years later")]
