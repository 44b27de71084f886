"""A new community approved, declined or taken over by answering a mail."""

import pytest

from cop.home import handing_over, setting_up
from cop.home.models import SetUp
from members.models import Community, Membership
from tests.factories import CommunityFactory
from tests.home.test_setting_up import begun
from tests.mail_in.conftest import arrive, mail, mail_to, names_to, proven


@pytest.fixture
def waiting(settings, outsider, staff) -> SetUp:
    settings.COMMUNITIES_NEED_APPROVAL = True
    proven(staff)
    found = begun(outsider)
    setting_up.finish(found, by=outsider)
    return found


def answer(staff, text):
    return arrive(mail(staff.email, mail_to(staff.email)["Reply-To"], text))


def test_staff_let_a_community_open_by_one_word(waiting, staff, outsider):
    told = mail_to(staff.email)
    assert "Or answer this mail" in told.get_body(("plain",)).get_content()
    for _twice in range(2):
        assert arrive(mail(staff.email, told["Reply-To"], "Yes.")).state == "done"
    assert Community.objects.get(name="Offprint keepers").memberships.facilitating().get().user == outsider


def test_staff_decline_with_a_line(waiting, staff, outsider):
    told = mail_to(staff.email)
    arrive(mail(staff.email, told["Reply-To"], "No\n\nThere is one already."))
    waiting.refresh_from_db()
    assert waiting.decline_reason == "There is one already."
    assert "There is one already." in mail_to(outsider.email).get_body(("plain",)).get_content()
    assert "It was declined already" in arrive(mail(staff.email, told["Reply-To"], "yes")).reason


@pytest.mark.parametrize("text", ["no", "Let me think", "yes and no"])
def test_what_decides_nothing_is_asked_back(waiting, staff, text):
    assert answer(staff, text).state == "refused"
    assert names_to(staff.email)[-1] == "incoming_refused"
    assert not Community.objects.filter(name="Offprint keepers").exists()


def test_nobody_else_decides(waiting, staff, outsider):
    proven(outsider)
    assert arrive(mail(outsider.email, mail_to(staff.email)["Reply-To"], "yes")).state == "held"
    assert not Community.objects.filter(name="Offprint keepers").exists()


def test_who_is_asked_to_take_over_says_yes_by_mail(facilitator):
    community = CommunityFactory(name="Offprints")
    handing_over.ask(community, email="uma@example.org", line="You know this best.", stays=True, by=facilitator)
    told = mail_to("uma@example.org")
    assert "answer this mail with “yes” or “no”" in told.get_body(("plain",)).get_content()
    assert arrive(mail("Uma <uma@example.org>", told["Reply-To"], "Yes, gladly")).state == "done"
    assert Membership.objects.facilitating().get(community=community).user.display_name == "Uma"
