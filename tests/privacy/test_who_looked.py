"""What staff and facilitators look at or change about persons is written down, once, and stays as it is."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.mail.incoming_models import IncomingMessage
from cop.moderation import acting
from cop.moderation.things import Why
from cop.privacy import recording, retention
from cop.privacy.models import Cleaning, Final, PersonRecord, What
from members import joining
from tests.factories import BlogFactory, ForumFactory, MembershipFactory, UserFactory, topic_of


def said() -> list[str]:
    return list(PersonRecord.objects.order_by("pk").values_list("what", flat=True))


@pytest.fixture
def as_staff(signed_in, staff):
    return signed_in(staff)


def test_who_opens_a_mail_that_came_in_is_written_down_once(as_staff, staff):
    mail = IncomingMessage.objects.create(
        raw=b"Subject: Help\n\nMe", digest="1", sender="rosa@example.net", recipient="forum@example.org", state="done"
    )
    for _time in range(2):
        as_staff.get(reverse("incoming:message", args=[mail.pk]))
    [row] = PersonRecord.objects.all()
    assert (row.by, row.what, row.address) == (staff, What.READ_MAIL, "rosa@example.net")
    page = as_staff.get(reverse("privacy:records")).content.decode()
    assert "Stella" in page and "read a mail that came in" in page and "rosa@example.net" in page


def test_a_later_look_is_another_one(staff, member):
    recording.record(What.SAW_ACCOUNT, by=staff, about=member)
    recording.record(What.SAW_ACCOUNT, by=staff, about=member, at=timezone.now() + timedelta(hours=2))
    assert len(said()) == 2


def test_readers_that_are_looked_at_asked_after_and_taken_along(as_facilitator, community):
    blog = BlogFactory(community=community)
    where = [community.slug, "blog", blog.pk]
    as_facilitator.get(reverse("notifications:subscribers", args=where))
    list(as_facilitator.get(reverse("notifications:subscribers-export", args=where)).streaming_content)
    assert said() == [What.SAW_READERS, What.TOOK_READERS]
    assert PersonRecord.objects.first().community == community.pk


def test_what_facilitators_change_about_a_membership(community, facilitator, member, outsider):
    membership = community.memberships.get(user=member)
    joining.suspend(membership, by=facilitator, reason="Shouting")
    joining.readmit(membership, by=facilitator)
    joining.change_role(membership, "sponsor", by=facilitator)
    joining.join(community, by=outsider)
    assert said() == [What.SUSPENDED, What.READMITTED, What.CHANGED_ROLE]
    first = PersonRecord.objects.order_by("pk")[0]
    assert (first.about, first.by, first.detail, first.place) == (member, facilitator, "Shouting", "Library Team")


def test_accounts_in_the_administration(signed_in, member):
    boss = UserFactory(is_staff=True, is_superuser=True)
    browser, url = signed_in(boss), reverse("admin:members_user_change", args=[member.pk])
    browser.get(url)
    assert said() == [What.SAW_ACCOUNT]
    fields = {"email": member.email, "display_name": "Other", "timezone": "UTC", "language": "en", "is_active": "on"}
    assert browser.post(url, fields).status_code == 302
    changed = PersonRecord.objects.order_by("pk").last()
    assert (changed.what, changed.about, changed.detail) == (What.CHANGED_ACCOUNT, member, "display_name")


def test_what_is_moderated_is_written_down_with_whom_it_is_about(community, facilitator, member):
    topic = topic_of(ForumFactory(community=community), by=member, title="Offprints")
    acting.do("hidden", "topic", topic.pk, by=facilitator, why=Why(reason="Not here"))
    row = PersonRecord.objects.get()
    assert (row.what, row.about, row.by, row.community) == (What.MODERATED, member, facilitator, community.pk)


def test_nobody_is_written_down_for_what_is_their_own(staff):
    assert recording.record(What.SAW_ACCOUNT, by=staff, about=staff) is None


def test_a_line_is_never_changed_and_ends_with_its_time(staff, member, settings):
    row = recording.record(What.MODERATED, by=staff, about=member)
    row.detail = "Nothing"
    for change in (row.save, row.delete, PersonRecord.objects.all().delete):
        with pytest.raises(Final):
            change()
    with pytest.raises(Final):
        PersonRecord.objects.update(detail="Nothing")
    settings.KEEP_DAYS = settings.KEEP_DAYS | {"records": 30}
    retention.run(timezone.now() + timedelta(days=29))
    assert PersonRecord.objects.count() == 1
    retention.run(timezone.now() + timedelta(days=31))
    assert not PersonRecord.objects.exists() and not Cleaning.objects.exclude(problem="").exists()


def test_a_longer_log_costs_no_more_queries(as_staff, staff, query_count):
    recording.record(What.MODERATED, by=staff, about=UserFactory())
    few = query_count(as_staff, reverse("privacy:records"))
    for _number in range(10):
        recording.record(What.MODERATED, by=UserFactory(), about=MembershipFactory().user)
    assert query_count(as_staff, reverse("privacy:records")) == few
