"""A copy of all that the site holds about somebody: complete, their own alone, for them alone, for some days."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blogs.models import Post
from cop.agreements.models import Position
from cop.base.errors import Refused
from cop.files.attachment_models import Attachment
from cop.mail.incoming_models import IncomingMessage
from cop.notifications import following, notifying
from cop.privacy import recording, retention
from cop.privacy.models import What
from discussions import bookmarking
from discussions.following import thing_of_topic
from discussions.models import Draft
from discussions.thanking import thank
from discussions.writing import edit
from members import exporting, profiling
from members.export_models import DataExport
from members.models import Membership
from members.profile_models import Profile
from tests.factories import (
    BlogFactory,
    CommitmentFactory,
    EventFactory,
    ForumFactory,
    PostFactory,
    ProposalFactory,
    UserFactory,
    reply_to,
    topic_of,
)
from tests.notifications.conftest import mails_to, text_of

SECRET = "quite-a-long-secret"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def just_signed_in(member) -> Client:
    member.set_password(SECRET)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    client = Client()
    client.post(reverse("account_login"), {"login": member.email, "password": SECRET})
    client.post(reverse("account_reauthenticate"), {"password": SECRET})
    return client


def made_for(user) -> zipfile.ZipFile:
    DataExport.objects.filter(user=user).delete()
    exporting.ask(user)
    assert exporting.make_due() == 1
    return zipfile.ZipFile(BytesIO(DataExport.objects.get(user=user).file.read()))


def rows(packed: zipfile.ZipFile, name: str) -> list[dict]:
    return json.loads(packed.read(f"data/{name}.json"))


@pytest.fixture
def full_life(community, member, facilitator):
    """Mina wrote, thanked, kept, promised, voted, uploaded…; Fatima did too."""
    forum = ForumFactory(community=community)
    topic = topic_of(forum, by=facilitator, title="Offprints", body="Fatima's private-ish words")
    opening = topic.replies.get()
    mine = reply_to(topic, by=member, body="First words")
    edit(mine, body="Second words", by=member, version=1)
    topic_of(forum, by=member, title="Mina's topic", body="Opening by Mina")
    thank(opening, by=member)
    bookmarking.keep(opening, by=member)
    EmailAddress.objects.get_or_create(user=member, email=member.email, verified=True, primary=True)
    following.follow(member, thing_of_topic(topic))
    Draft.objects.create(by=member, place=f"topic:{topic.pk}", fields={"body": "Half a thought"})
    Draft.objects.create(by=facilitator, place=f"topic:{topic.pk}", fields={"body": "Her own half thought"})
    PostFactory(blog=BlogFactory(community=community), author=member, title="Mina's post", body="Post words")
    CommitmentFactory(community=community, person=member, text="Write chapter seven")
    proposal = ProposalFactory(community=community, proposer=facilitator)
    Position.objects.create(proposal=proposal, user=member, version=1, stance="concern", reason="Too early")
    EventFactory(community=community, created_by=member, title="Mina's meeting")
    Attachment.objects.create(
        community=community, owner=member, name="plan.pdf", size=4, digest="1", content=ContentFile(b"%PDF", "p.pdf")
    )
    profiling.save_profile(
        member,
        {
            "pronunciation": "",
            "job": "Librarian",
            "place": "Bonn",
            "languages": "",
            "about": "I *collect* maps",
            "links": [],
            "is_glad_to_be_asked": True,
            "is_unlisted": False,
            "known_to": "everybody",
            "ask_about": ["Maps"],
            "learning": [],
        },
        seen_by=dict.fromkeys(profiling.FIELDS, "sharing") | {"job": "everybody", "place": "signed-in"},
    )
    IncomingMessage.objects.create(
        raw=b"Subject: A\n\nMy mail", digest="1", sender=member.email, state="done", subject="A"
    )
    recording.record(What.SAW_ACCOUNT, by=facilitator, about=member)
    notifying.notify_due()
    return topic


def test_everything_of_ones_own_is_in_it_and_nothing_of_others(full_life, member, facilitator):
    packed = made_for(member)
    assert packed.testzip() is None
    assert rows(packed, "account")[0]["email"] == member.email
    assert [row["body"] for row in rows(packed, "replies")] == ["Second words", "Opening by Mina"]
    assert [row["body"] for row in rows(packed, "reply-versions")] == ["First words", "Second words"]
    assert rows(packed, "drafts")[0]["fields"] == {"body": "Half a thought"}
    found = {
        "topics": ("title", "Mina's topic"), "thanks": ("where", "Offprints"), "bookmarks": ("where", "Offprints"),
        "posts": ("title", "Mina's post"), "commitments": ("text", "Write chapter seven"),
        "positions": ("reason", "Too early"), "events": ("title", "Mina's meeting"), "files": ("name", "plan.pdf"),
        "memberships": ("community__name", "Library Team"), "follows": ("thing", "Offprints"),
        "looks-at-you": ("by__display_name", "Fatima"), "mails-sent": ("subject", "A"),
        "activities": ("title", "Mina's topic"),
    }  # fmt: skip
    for name, (column, value) in found.items():
        assert value in [row[column] for row in rows(packed, name)], name
    [attached] = [name for name in packed.namelist() if name.startswith("files/files/")]
    assert packed.read(attached) == b"%PDF"
    everything = b"".join(packed.read(name) for name in packed.namelist()).decode("utf-8", "replace")
    assert "private-ish words" not in everything and "Her own half thought" not in everything
    assert facilitator.email not in everything


def test_the_page_opens_by_itself_and_says_the_same(full_life, member):
    page = made_for(member).read("index.html").decode()
    for words in ("Second words", "Mina&#x27;s topic", "What others see of you", "Write chapter seven", "Librarian"):
        assert words in page
    assert "src=" not in page and "<script" not in page and "http" not in page.split("<section")[0]


def test_what_is_written_is_shown_and_never_run(member, community):
    topic_of(ForumFactory(community=community), by=member, title="<script>alert(1)</script>", body="</dd><img src=x>")
    page = made_for(member).read("index.html").decode()
    assert "<script>" not in page and "<img" not in page and "&lt;script&gt;" in page


def test_what_others_see_is_told_for_three_kinds_of_readers(full_life, member):
    public, signed_in, sharing = rows(made_for(member), "as-others-see-you")
    assert (public["is_seen"], public["job"], public["place"]) == ("yes", "Librarian", "")
    assert (signed_in["job"], signed_in["place"], signed_in["about"]) == ("Librarian", "Bonn", "")
    assert sharing["about"] == "I collect maps" and sharing["ask_about"] == ["Maps"]
    Profile.objects.update(known_to="sharing")
    public, signed_in, sharing = rows(made_for(member), "as-others-see-you")
    assert [row["is_seen"] for row in (public, signed_in, sharing)] == ["no", "no", "yes"]


def test_what_one_may_no_longer_read_is_not_named(full_life, member, community):
    community.audience = "community"
    community.save()
    Membership.objects.filter(user=member).update(state="left")
    packed = made_for(get_user_model().objects.get(pk=member.pk))
    assert [row["where"] for row in rows(packed, "bookmarks")] == [""]
    assert "Second words" in packed.read("data/replies.json").decode()


def test_it_is_asked_for_told_by_mail_and_fetched(just_signed_in, member):
    page = just_signed_in.post(reverse("members:data"), follow=True).content.decode()
    assert "waits for its turn" in page and "Make a copy" not in page
    exporting.make_due()
    exporting.make_due()
    mails = [mail for mail in mails_to(member.email) if "copy of your data" in mail["Subject"]]
    assert len(mails) == 1 and reverse("members:data") in text_of(mails[0])
    row = DataExport.objects.get()
    assert row.token not in text_of(mails[0])
    page = just_signed_in.get(reverse("members:data")).content.decode()
    assert "Download your copy" in page
    answer = just_signed_in.get(reverse("members:data-fetch", args=[row.token]))
    assert zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))).testzip() is None
    assert answer["Content-Disposition"].startswith("attachment") and "no-store" in answer["Cache-Control"]


def test_nobody_else_fetches_it_and_who_signed_in_long_ago_signs_in_anew(just_signed_in, visitor, member):
    made_for(member)
    url = reverse("members:data-fetch", args=[DataExport.objects.get().token])
    visitor.force_login(member)
    assert "reauthenticate" in visitor.get(url).url
    assert "reauthenticate" in visitor.get(reverse("members:data")).url
    other = UserFactory()
    other.set_password(SECRET)
    other.save()
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    client = Client()
    client.post(reverse("account_login"), {"login": other.email, "password": SECRET})
    client.post(reverse("account_reauthenticate"), {"password": SECRET})
    assert client.get(url).status_code == 404
    assert just_signed_in.get(url).status_code == 200


def test_one_at_a_time_and_once_a_day(member):
    exporting.ask(member)
    with pytest.raises(Refused, match="being made already"):
        exporting.ask(member)
    with pytest.raises(IntegrityError):
        DataExport.objects.create(user=member, token="x")


def test_once_a_day(member):
    made_for(member)
    with pytest.raises(Refused, match="tomorrow"):
        exporting.ask(member)
    assert exporting.ask(member, at=timezone.now() + timedelta(hours=25))


def test_its_time_ends_and_the_file_goes(just_signed_in, member):
    made_for(member)
    row = DataExport.objects.get()
    DataExport.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert just_signed_in.get(reverse("members:data-fetch", args=[row.token])).status_code == 404
    assert retention.run()["exports"] == 0
    assert retention.run(timezone.now() + timedelta(days=8))["exports"] == 1
    assert not row.file.storage.exists(row.file.name)


def test_a_worker_that_is_killed_leaves_a_copy_that_is_made_anew(member, monkeypatch):
    exporting.ask(member)

    def killed(user):
        raise SystemExit

    part = exporting.parts["profile"]
    monkeypatch.setitem(exporting.parts._entries, "profile", killed)
    with pytest.raises(SystemExit):
        exporting.make_due()
    monkeypatch.setitem(exporting.parts._entries, "profile", part)
    assert exporting.make_due() == 0  # Somebody may still be at it.
    assert exporting.make_due(timezone.now() + exporting.LEASE * 2) == 1
    assert DataExport.objects.get().state == "ready"


def test_what_fails_three_times_says_so_and_can_be_asked_for_again(just_signed_in, member, monkeypatch):
    exporting.ask(member)

    def broken(user):
        raise ValueError

    monkeypatch.setitem(exporting.parts._entries, "profile", broken)
    for _time in range(3):
        assert exporting.make_due() == 0
    assert "could not be made" in just_signed_in.get(reverse("members:data")).content.decode()
    assert exporting.ask(member)


def test_much_costs_no_more_queries_than_little(full_life, member, community):
    made_for(member)
    DataExport.objects.all().delete()

    def count() -> int:
        DataExport.objects.filter(user=member).delete()
        exporting.ask(member)
        with CaptureQueriesContext(connection) as queries:
            exporting.make_due()
        return len(queries)

    few = count()
    for _number in range(12):
        reply_to(full_life, by=member)
        PostFactory(blog=Post.objects.first().blog, author=member)
        CommitmentFactory(community=community, person=member)
    assert count() == few
