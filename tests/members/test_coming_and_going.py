"""Asking with a line, answering many, lists and links, stepping back, and the log of it all."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cop.base.errors import Refused
from cop.mail import gates
from cop.mail.models import Delivery
from cop.moderation.guidelines import points_of
from cop.notifications import monthly
from cop.notifications.models import Activity
from members import inviting, inviting_many, joining, telling_standing
from members.invitation_models import Invitation
from members.models import Community, Membership, User
from members.standing_models import StandingChange
from tests.factories import MembershipFactory, SubscriberFactory, UserFactory
from tests.notifications.conftest import mails_to, text_of


def url(name, *more):
    return reverse(f"members:{name}", args=["library", *more])


def log():
    return list(StandingChange.objects.order_by("pk").values_list("what", flat=True))


@pytest.fixture
def asking(community) -> list[Membership]:
    Community.objects.update(join_rule="request")
    people = [UserFactory(display_name=name) for name in ("Ada", "Bo", "Cy")]
    for person in people:
        joining.ask_to_join(community, by=person, line=f"{person} has mould")
    return list(community.memberships.requested().order_by("pk"))


def test_who_asks_says_what_they_would_like_to_solve(as_outsider, as_facilitator, community):
    Community.objects.update(join_rule="request")
    as_outsider.post(url("community-ask"), {"line": "Mould in the stacks"})
    assert "Mould in the stacks" in as_facilitator.get(url("people")).content.decode()


def test_a_facilitator_answers_many_at_once_with_a_line_back(as_facilitator, asking):
    ids = [row.pk for row in asking[:2]]
    for _twice in range(2):
        as_facilitator.post(url("requests-answer"), {"ids": ids, "what": "accept", "line": "Come in!"})
    as_facilitator.post(url("requests-answer"), {"ids": [asking[2].pk], "what": "decline", "line": "Not yet."})
    assert [Membership.objects.get(pk=row.pk).state for row in asking] == ["active", "active", "left"]
    assert "Come in!" in text_of(mails_to(asking[0].user.email)[0])
    assert len(mails_to(asking[0].user.email)) == 1
    assert "Not yet." in text_of(mails_to(asking[2].user.email)[0])


@pytest.mark.parametrize(
    "data", [{}, {"what": "accept"}, {"ids": ["x"], "what": "accept"}, {"ids": ["1"], "what": "eat"}]
)
def test_an_answer_to_nobody_is_refused_with_a_sentence(as_facilitator, asking, data):
    answer = as_facilitator.post(url("requests-answer"), data, follow=True)
    assert "Choose somebody who still waits" in answer.content.decode()
    assert Membership.objects.requested().count() == 3


def test_a_community_that_nobody_facilitates_is_told_to_site_staff(community, facilitator, staff, signed_in, member):
    assert telling_standing.call_staff() == 0
    User.objects.filter(pk=facilitator.pk).update(is_active=False)
    for _twice in range(2):
        telling_standing.call_staff()
    assert len(mails_to(staff.email)) == 1
    row = community.memberships.get(user=member)
    signed_in(staff).post(url("membership-role", row.pk), {"role": "facilitator"})
    assert telling_standing.call_staff() == 0


PASTED = """Ada Lovelace <ada@example.org>; Bo <bo@example.org>
cy@example.org, dee@example.org
nobody here
"""


def test_a_pasted_list_is_invited_and_what_cannot_be_read_is_shown_by_its_line(as_facilitator, community):
    page = as_facilitator.post(url("invitation-add"), {"addresses": PASTED, "role": "member"}).content.decode()
    assert Invitation.objects.count() == 4
    assert "Line 3" in page
    assert "4 invitations are on their way" in page
    as_facilitator.post(url("invitation-add"), {"addresses": PASTED, "role": "member"})
    assert Invitation.objects.count() == 4
    assert [inviting.send_due(), inviting.send_due()] == [4, 0]
    assert len(mails_to("ada@example.org")) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_file_from_excel_is_invited(as_facilitator, community, encoding):
    table = SimpleUploadedFile("people.csv", "Name;E-Mail\nZoë;zoe@example.org\n".encode(encoding))
    as_facilitator.post(url("invitation-add"), {"addresses": "", "file": table, "role": "sponsor"})
    assert Invitation.objects.get().email == "zoe@example.org"
    assert Invitation.objects.get().role == "sponsor"


def test_no_more_invitations_a_day_than_may_be_and_the_rest_is_given_back(community, facilitator, monkeypatch):
    monkeypatch.setattr(inviting_many, "A_DAY", 2)
    many = [f"p{number}@example.org" for number in range(3)]
    done = invite_many(community, many, by=facilitator)
    assert (done.new, done.left) == (2, ["p2@example.org"])
    done = invite_many(community, many, by=facilitator)
    assert (done.new, done.open_already, done.left) == (0, 2, ["p2@example.org"])


def invite_many(community, addresses, *, by):
    return inviting_many.invite_many(community, addresses, role="member", message="", by=by)


def test_a_list_is_invited_whoever_stands_in_it(community, facilitator, member, monkeypatch):
    monkeypatch.setattr(inviting_many, "BATCH", 3)
    suspended = MembershipFactory(community=community, state="suspended").user
    MembershipFactory(community=community, state="left", user__email="Back@example.org")
    inviting.invite(community, "over@example.org", role="member", message="", by=facilitator)
    Invitation.objects.update(expires_at=timezone.now())
    listed = ["new@example.org", "NEW@example.org", "over@example.org", "back@example.org"]
    done = invite_many(community, [*listed, member.email.upper(), suspended.email], by=facilitator)
    assert (done.new, done.here_already, done.open_already) == (3, 2, 0)
    wanted = {"new@example.org", "over@example.org", "back@example.org"}
    assert {row.email for row in Invitation.objects.open()} == wanted
    assert invite_many(community, listed, by=facilitator).open_already == 3


def test_a_thousand_cost_the_database_no_more_than_ten(community, facilitator, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):
        done = invite_many(community, [f"p{number}@example.org" for number in range(1000)], by=facilitator)
    assert done.new == 1000


def test_who_asked_never_to_be_mailed_and_whose_invitation_was_taken_back_get_none(community, facilitator):
    SubscriberFactory(address="never@example.org", suppressed_at=timezone.now())
    invite_many(community, ["never@example.org", "back@example.org", "ada@example.org"], by=facilitator)
    inviting.send_due()
    inviting.withdraw(Invitation.objects.get(email="back@example.org"))
    tokens = {row.email: row.token for row in Invitation.objects.all()}
    assert Delivery.objects.filter(key__in=tokens.values(), mailing__gate=inviting.GATE).count() == 3
    kept = gates.kept_back(inviting.GATE, list(tokens.values()))
    assert kept.keys() == {tokens["never@example.org"], tokens["back@example.org"]}


def test_all_that_are_a_week_old_are_sent_again_at_once(as_facilitator, community, facilitator):
    invite_many(community, ["old@example.org", "young@example.org"], by=facilitator)
    inviting.send_due()
    Invitation.objects.filter(email="old@example.org").update(sent_at=timezone.now() - timedelta(days=8))
    for _twice in range(2):
        as_facilitator.post(url("invitations-send"))
        inviting.send_due()
    assert len(mails_to("old@example.org")) == 2
    assert len(mails_to("young@example.org")) == 1


def test_who_has_not_answered_stands_in_a_list_of_pages_that_costs_the_same(
    as_facilitator, community, facilitator, query_count
):
    invite_many(community, ["a@example.org", "b@example.org"], by=facilitator)
    Invitation.objects.filter(email="a@example.org").update(expires_at=timezone.now())
    assert "Expired" in as_facilitator.get(url("invitations")).content.decode()
    few = query_count(as_facilitator, url("invitations"))
    invite_many(community, [f"p{number}@example.org" for number in range(70)], by=facilitator)
    assert query_count(as_facilitator, url("invitations")) == few
    first = as_facilitator.get(url("invitations")).context["page"]
    second = as_facilitator.get(url("invitations"), {"page": first.older}).context["page"]
    assert len({row.pk for row in [*first.rows, *second.rows]}) == 72


def test_an_invitation_is_sent_again_after_a_day(as_facilitator, facilitator, community):
    invitation, _new = inviting.invite(community, "ada@example.org", role="member", message="", by=facilitator)
    as_facilitator.post(url("invitation-send-again", invitation.pk))
    assert len(mails_to("ada@example.org")) == 1
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=2), expires_at=timezone.now())
    as_facilitator.post(url("invitation-send-again", invitation.pk))
    assert len(mails_to("ada@example.org")) == 2
    assert Invitation.objects.open().exists()


def test_a_link_lets_so_many_in_and_no_more(as_facilitator, signed_in, visitor, community):
    Community.objects.update(audience="community", join_rule="invitation")
    as_facilitator.post(url("link-add"), {"uses_most": 1, "days": 7})
    link = community.open_invitations.get()
    show, use = (reverse(f"members:link-{name}", args=[link.token]) for name in ("show", "use"))
    assert "Make an account" in visitor.get(show).content.decode()
    first, second = UserFactory(), UserFactory()
    for person in (first, first, second):
        signed_in(person).post(use)
    assert community.memberships.active().filter(user=first).exists()
    assert not community.memberships.filter(user=second).exists()
    assert visitor.get(show).status_code == 410


def test_a_closed_link_and_one_that_is_over_let_nobody_in(as_facilitator, community, facilitator, outsider):
    link = inviting.open_link(community, uses_most=5, days=1, by=facilitator)
    as_facilitator.post(url("link-close", link.pk))
    over = inviting.open_link(community, uses_most=5, days=-1, by=facilitator)
    for row in (link, over):
        with pytest.raises(Refused, match="works no longer"):
            inviting.come_in_by(row, by=outsider)


def personally(client, **changes):
    data = {"email": "uma@example.org", "message": "You know mould."} | changes
    return client.post(url("personal-invitation-add"), data)


def test_a_member_asks_one_person_in_who_first_sees_who_and_why(as_member, visitor, community):
    personally(as_member)
    mail = text_of(mails_to("uma@example.org")[0])
    assert "Mina" in mail
    assert mail.index("You know mould.") < mail.index("See the invitation")
    shown = visitor.get(reverse("members:invitation-show", args=[Invitation.objects.get().token])).content.decode()
    assert shown.index("You know mould.") < shown.index("What comes next") < shown.rindex("Make an account")


def test_a_personal_invitation_leaves_it_to_facilitators_who_comes_in(as_member, signed_in, community):
    Community.objects.update(join_rule="request")
    personally(as_member)
    uma = UserFactory(email="uma@example.org")
    EmailAddress.objects.create(user=uma, email=uma.email, verified=True)
    invitation = Invitation.objects.select_related("community", "invited_by").get()
    signed_in(uma).post(reverse("members:invitation-accept", args=[invitation.token]))
    membership = community.memberships.get(user=uma)
    assert (membership.state, membership.request_line) == ("requested", "Invited by Mina")


def test_nobody_invites_without_end_or_where_facilitators_alone_do(
    as_member, as_sponsor, member, community, monkeypatch
):
    for number in range(inviting.PERSONAL_MOST):
        inviting.invite_personally(community, f"p{number}@example.org", message="x", by=member)
    answer = personally(as_member)
    assert answer.status_code == 422
    assert "You know mould." in answer.content.decode()
    assert "p9@example.org" in answer.content.decode()
    assert inviting.invite_personally(community, "p3@example.org", message="x", by=member)[1] is False
    as_member.post(url("personal-invitation-withdraw", Invitation.objects.get(email="p9@example.org").pk))
    assert personally(as_member).status_code == 302
    monkeypatch.setattr(inviting, "PERSONAL_A_DAY", 11)
    inviting.withdraw(Invitation.objects.get(email="p8@example.org"))
    assert "Go on tomorrow" in personally(as_member, email="x@example.org").content.decode()
    assert personally(as_sponsor).status_code == 403
    Community.objects.update(join_rule="invitation")
    assert personally(as_member).status_code == 403


@pytest.mark.parametrize("is_personal", [True, False])
def test_no_invitation_readmits_who_is_suspended(is_personal, signed_in, facilitator, community):
    uma = UserFactory(email="uma@example.org")
    EmailAddress.objects.create(user=uma, email=uma.email, verified=True)
    given = {"role": "member", "message": "x", "by": facilitator, "is_personal": is_personal}
    invitation, _new = inviting.keep(community, uma.email, **given)
    joining.join(community, by=uma)
    joining.suspend(community.memberships.get(user=uma), by=facilitator)
    page = signed_in(uma).post(reverse("members:invitation-accept", args=[invitation.token]), follow=True)
    assert "suspended your membership" in page.content.decode()
    assert community.memberships.get(user=uma).state == "suspended"
    with pytest.raises(Refused, match="readmit them instead"):
        inviting.invite(community, "Uma@example.org", role="member", message="", by=facilitator)


def test_who_is_suspended_asks_nobody_in_any_more(facilitator, member, community):
    inviting.invite_personally(community, "vera@example.org", message="x", by=member)
    inviting.invite(community, "ada@example.org", role="member", message="", by=member)
    joining.suspend(community.memberships.get(user=member), by=facilitator)
    assert [row.email for row in Invitation.objects.open()] == ["ada@example.org"]


def test_site_staff_change_no_membership_beside_the_log(signed_in, staff, member, community):
    User.objects.filter(pk=staff.pk).update(is_superuser=True)
    row = community.memberships.get(user=member)
    browser = signed_in(staff)
    assert browser.get(f"/admin/members/membership/{row.pk}/change/").status_code == 200
    assert browser.post(f"/admin/members/membership/{row.pk}/change/", {"role": "facilitator"}).status_code == 403
    assert browser.get("/admin/members/invitation/add/").status_code == 403


def test_who_leaves_says_why_with_or_without_a_name(as_member, as_sponsor, as_facilitator, community):
    as_member.post(url("community-leave"), {"why": "Too many mails"})
    as_sponsor.post(url("community-leave"), {"why": "New job", "is_unnamed": "on"})
    page = as_facilitator.get(url("standing-log")).content.decode()
    assert "Too many mails" in page
    assert "Mina" in page
    assert "New job" in page
    assert "Sam" not in page


def test_who_is_suspended_reads_why_and_comes_back_when_it_is_over(as_facilitator, member, community):
    row = community.memberships.get(user=member)
    page = as_facilitator.get(url("membership-suspend", row.pk)).url
    until = (timezone.now() + timedelta(days=7)).date()
    point = points_of(community)[0]
    asked = {"reason": point, "words": "Rude words", "until": "day", "day": until.isoformat()}
    for wrong in ({"reason": ""}, {"day": "2001-01-01"}, {"day": ""}, {"day": "soon"}, {"until": ""}):
        assert as_facilitator.post(page, asked | wrong).status_code == 422
    as_facilitator.post(page, asked)
    assert "Rude words" in text_of(mails_to(member.email)[0])
    assert joining.readmit_due() == 0
    assert joining.readmit_due(timezone.now() + timedelta(days=9)) == 1
    row.refresh_from_db()
    assert (row.state, row.suspended_until) == ("active", None)
    assert log() == ["suspended", "readmitted"]


def test_the_log_says_who_changed_whose_role_and_only_facilitators_read_it(
    as_facilitator, as_member, facilitator, member, community
):
    row = community.memberships.get(user=member)
    as_facilitator.post(url("membership-role", row.pk), {"role": "facilitator", "reason": "Elected"})
    page = as_facilitator.get(url("standing-log")).content.decode()
    assert "Elected" in page
    assert "by Fatima" in page
    assert log() == ["role"]
    joining.change_role(row, "member", by=facilitator)
    assert as_member.get(url("standing-log")).status_code == 403


def test_the_log_costs_the_same_for_few_and_many(as_facilitator, community, query_count):
    MembershipFactory(community=community)
    joining.join(community, by=UserFactory())
    few = query_count(as_facilitator, url("standing-log"))
    for _person in range(15):
        joining.join(community, by=UserFactory())
    assert query_count(as_facilitator, url("standing-log")) == few


def test_who_steps_back_reads_on_and_is_told_what_happened_since(as_member, member, community):
    as_member.post(url("community-step-back"))
    Activity.objects.create(
        verb="replied", kind="reply", object_id=1, title="x", url="/", community=community, audience="community"
    )
    home = as_member.get("/c/library/").content.decode()
    assert "1 thing has happened here" in home
    assert community.memberships.active().filter(user=member).exists()
    as_member.post(url("community-step-back"), {"undo": "1"})
    assert "You have stepped back" not in as_member.get("/c/library/").content.decode()
    assert log() == ["stepped-back", "stepped-in"]


def test_who_stepped_back_reads_and_does_not_write_until_taking_part_again(as_member, member, community):
    joining.step_back(community, by=member)
    assert as_member.get(url("people")).status_code == 200
    assert personally(as_member).status_code == 403
    assert not User.objects.get(pk=member.pk).has_perm("members.invite_personally", community)
    joining.step_in(community, by=member)
    assert personally(as_member).status_code == 302


def test_a_sponsor_who_steps_back_comes_back_as_one_and_a_facilitator_as_a_member(community, facilitator, sponsor):
    second = MembershipFactory(community=community, role="facilitator").user
    for person in (sponsor, second):
        joining.step_back(community, by=person)
        joining.step_in(community, by=person)
    assert community.memberships.get(user=sponsor).role == "sponsor"
    assert community.memberships.get(user=second).role == "member"


def test_the_last_facilitator_cannot_step_back(as_facilitator, facilitator, community):
    answer = as_facilitator.post(url("community-step-back"), follow=True)
    assert "Make somebody else a facilitator first" in answer.content.decode()


def test_who_stepped_back_gets_one_letter_a_month_and_no_other_mail(member, sponsor, community):
    joining.step_back(community, by=member)
    first = timezone.now().replace(day=1, hour=9) + timedelta(days=32)
    first = first.replace(day=1)
    Activity.objects.create(
        verb="published", kind="post", object_id=1, title="Mould is gone", url="/x", community=community,
        audience="community", at=first - timedelta(days=3),
    )  # fmt: skip
    assert [monthly.send_due(first), monthly.send_due(first + timedelta(hours=1))] == [1, 0]
    assert monthly.send_due(first.replace(day=20)) == 0
    assert "Mould is gone" in text_of(mails_to(member.email)[0])
    assert mails_to(sponsor.email) == []
