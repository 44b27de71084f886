"""What facilitators see and do: counts, masked addresses, adding many, export, "why"."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.base import reading_lists
from cop.mail.models import Delivery, Mailing
from cop.mail.outcomes import Outcome
from cop.notifications import adding_many, announcing, bouncing, counting, explaining, leaving, pacing
from cop.notifications.exporting import harmless
from cop.notifications.models import State, Subscription
from tests.factories import ActivityFactory
from tests.notifications.conftest import activities, mails_to, names_to, readers, text_of, upload


def url(name: str, thing, *more) -> str:
    return reverse(f"notifications:{name}", args=[thing.community_slug, thing.kind, thing.id, *more])


def add(client, thing, text="", file=None):
    data = {"addresses": text} | ({"file": file} if file else {})
    return client.post(url("subscribers-add", thing), data)


def test_counts_say_where_readers_stand(shelf, reader, subscribe):
    subscribe(shelf, "waiting@example.net")
    leaving.leave(readers(shelf, 1)[0])
    readers(shelf, 1, subscriber__unreachable_at=timezone.now())
    counts = counting.for_thing(shelf.kind, shelf.id)
    assert counts == counting.Counts(confirmed=1, waiting=1, left=1, unreachable=1)


def test_months_tell_who_came_and_went(shelf, reader):
    leaving.leave(reader)
    (month,) = counting.over_time(shelf.kind, shelf.id)
    assert (month.confirmed, month.left, month.total) == (1, 1, 0)


def test_the_list_masks_addresses(shelf, reader, as_facilitator):
    page = as_facilitator.get(url("subscribers", shelf)).content.decode()
    assert "ro…@example.net" in page
    assert "rosa@example.net" not in page


def test_the_list_costs_the_same_for_twenty(make_shelf, as_facilitator, query_count):
    counts = []
    for number in (2, 20):
        thing = make_shelf()
        readers(thing, number)
        counts.append(query_count(as_facilitator, url("subscribers", thing)))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["subscribers", "subscribers-add", "subscribers-export", "subscribers-explain"])
def test_only_facilitators_come_in(name, shelf, as_member, as_facilitator, visitor):
    assert as_facilitator.get(url(name, shelf)).status_code == 200
    assert as_member.get(url(name, shelf)).status_code == 403
    assert "/accounts/login" in visitor.get(url(name, shelf)).url


def test_adding_many_sends_confirmations_and_nothing_else(shelf, as_facilitator):
    page = add(as_facilitator, shelf, "a@example.net\nB@example.net, Cleo <c@example.net>\n\na@example.net")
    assert "3 confirmation mails" in page.content.decode()
    assert names_to("b@example.net") == ["confirm_subscription"]
    assert "Fatima of Library Team thinks" in " ".join(text_of(mails_to("b@example.net")[0]).split())
    assert set(Subscription.objects.values_list("state", "consent_how")) == {("waiting", "list")}
    activity = ActivityFactory(thing=shelf)
    mailing = announcing.prepare("already_subscribed", thing=shelf, dedupe_key="post", context={})
    assert announcing.announce(activity, mailing=mailing) == 0


def test_who_subscribed_left_waits_or_wants_none_is_not_asked_again(shelf, reader, as_facilitator, subscribe):
    left, stopped = readers(shelf, 2)
    leaving.leave(left)
    leaving.suppress(stopped.subscriber)
    before = Delivery.objects.count()
    listed = "\n".join([reader.subscriber.address, left.subscriber.address, stopped.subscriber.address])
    page = add(as_facilitator, shelf, listed).content.decode()
    assert "3 addresses were left as they are" in page
    assert Delivery.objects.count() == before


@pytest.mark.parametrize(
    "data",
    [
        "Name;E-Mail\r\nÁna;ana@example.net\r\nBo;\r\nCy;cy@example.net\r\n".encode("utf-8-sig"),
        "Name;E-Mail\r\nÁna;ana@example.net\r\nBo;\r\nCy;cy@example.net\r\n".encode("cp1252"),
        "Name\tE-Mail\r\nÁna\tana@example.net\r\nBo\t\r\nCy\tcy@example.net\r\n".encode("utf-16"),
        b'Name,E-Mail\n"Ana, the first",ana@example.net\nBo,\n"Cy\nof two lines",cy@example.net\n',
        "\ufeffName;E-Mail\rAna;ana@example.net\rBo;\rCy;cy@example.net\r".encode(),
    ],
)
def test_excels_encodings_are_read_and_the_broken_row_named_by_its_line(data, shelf, as_facilitator):
    page = add(as_facilitator, shelf, file=upload("list.csv", data))
    assert sorted(Subscription.objects.values_list("subscriber__address", flat=True)) == [
        "ana@example.net",
        "cy@example.net",
    ]
    (broken,) = page.context["found"].broken
    assert (broken.number, broken.text) == (3, "Bo")
    assert "no address" in broken.reason


def test_each_broken_line_says_why_and_the_good_ones_are_taken(shelf, as_facilitator):
    page = add(as_facilitator, shelf, "good@example.net\nbad@\nro\u200bsa@example.net\nnothing here\nfine@example.net")
    assert [line.number for line in page.context["found"].broken] == [2, 3, 4]
    assert "invisible character" in page.content.decode()
    assert Subscription.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04 a workbook", "choose “Save as”"),
        (b"\x00\x01\x02\x03", "not a text file"),
        (b"x" * 1_000_001, "larger than a list"),
        (b"", "Paste at least one address"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data, sentence, shelf, as_facilitator):
    page = add(as_facilitator, shelf, file=upload("list.csv", data))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not Mailing.objects.exists()


def test_a_community_cannot_add_without_end(shelf, facilitator, as_facilitator, monkeypatch):
    monkeypatch.setattr(adding_many, "A_DAY", 3)
    add(as_facilitator, shelf, "a@example.net\nb@example.net")
    page = add(as_facilitator, shelf, "c@example.net\nd@example.net")
    assert page.status_code == 422
    assert "1 are left today" in page.content.decode() or "1 left" in page.content.decode()
    assert "d@example.net" in page.content.decode()


def test_too_many_at_a_time_are_refused():
    text = "\n".join(f"r{number}@example.net" for number in range(reading_lists.MAX_ADDRESSES + 1))
    with pytest.raises(Exception, match="at most 5000"):
        reading_lists.read(text)


def test_the_export_holds_who_confirmed_and_no_formula(shelf, reader, as_facilitator, subscribe):
    subscribe(shelf, "waiting@example.net")
    leaving.suppress(readers(shelf, 1)[0].subscriber)
    readers(shelf, 1, subscriber__address="=cmd()@example.net")
    answer = as_facilitator.get(url("subscribers-export", shelf))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["Address", "rosa@example.net", "'=cmd()@example.net"]
    assert harmless("+49") == "'+49"


def why(address: str, activity) -> str:
    return " ".join(step.text for step in explaining.explain(address, activity))


def announce(thing, activity) -> Mailing:
    mailing = announcing.prepare("already_subscribed", thing=thing, dedupe_key=f"post:{activity.pk}", context={})
    announcing.announce(activity, mailing=mailing)
    activity.refresh_from_db()
    return mailing


def test_why_for_somebody_who_never_subscribed(shelf):
    (activity,) = activities(shelf, 1)
    assert "has not subscribed" in why("nobody@example.net", activity)


def test_why_for_somebody_who_was_not_confirmed_then(shelf, subscribe):
    subscribe(shelf, "rosa@example.net")
    (activity,) = activities(shelf, 1)
    assert "not confirmed yet" in why("rosa@example.net", activity)


def test_why_for_somebody_who_left_before(shelf, reader):
    leaving.leave(reader)
    (activity,) = activities(shelf, 1)
    assert "the reader had left" in why("rosa@example.net", activity)


def test_why_for_somebody_who_paused(shelf, reader):
    pacing.pause(reader.subscriber, timezone.now() + timedelta(days=5))
    (activity,) = activities(shelf, 1)
    announce(shelf, activity)
    assert "paused until" in why("rosa@example.net", activity)


def test_why_for_somebody_who_gets_a_round_up(shelf, reader):
    pacing.change_pace(reader, "weekly")
    (activity,) = activities(shelf, 1)
    announce(shelf, activity)
    assert "next round-up" in why("rosa@example.net", activity)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({"state": "sent", "ended_at": timezone.now()}, "was handed to the reader's mail server"),
        ({"state": "failed", "answer": "550 mailbox full"}, "550 mailbox full"),
        ({"state": "skipped", "answer": "Left"}, "held back: Left"),
        ({"attempts": 3, "answer": "451 later"}, "attempts so far: 3. 451 later"),
    ],
)
def test_why_says_what_became_of_the_mail(outcome, words, shelf, reader):
    (activity,) = activities(shelf, 1)
    announce(shelf, activity)
    Delivery.objects.filter(key=reader.token, mailing_id=activity.mailing_id).update(**outcome)
    assert words in why("rosa@example.net", activity)


def test_why_for_an_address_that_bounces(shelf, reader):
    bouncing.count_failures([Outcome(reader.token, "rosa@example.net", "550 gone", is_hard=True)])
    (activity,) = activities(shelf, 1)
    assert "unreachable since then: “550 gone”" in why("rosa@example.net", activity)


def test_refusals_on_one_day_count_once(reader):
    for _time in range(5):
        bouncing.count_failures([Outcome(reader.token, "rosa@example.net", "550 no")])
    reader.subscriber.refresh_from_db()
    assert (reader.subscriber.hard_failures, reader.subscriber.unreachable_at) == (1, None)


def test_the_facilitator_types_an_address_and_sees_why(shelf, reader, as_facilitator):
    (activity,) = activities(shelf, 1)
    page = as_facilitator.post(
        url("subscribers-explain", shelf), {"address": "Rosa@example.net", "activity": activity.pk}
    )
    assert "The subscription was confirmed" in page.content.decode()


def test_an_archived_community_can_be_looked_at_but_not_added_to(shelf, change, as_facilitator):
    change(shelf, is_archived=True)
    assert as_facilitator.get(url("subscribers", shelf)).status_code == 200
    assert add(as_facilitator, shelf, "a@example.net").status_code == 403
    assert Subscription.objects.filter(state=State.WAITING).count() == 0
