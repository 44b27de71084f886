"""The queue: what waits, who has it in hand, what is decided, and that two don't do the same."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.utils import timezone

from cop.base.errors import Refused
from cop.moderation import caring, deciding
from cop.moderation.guidelines import points_of
from cop.moderation.kinds import Act
from cop.moderation.models import CLAIM_LASTS, Case
from tests.factories import CommunityFactory, MembershipFactory

CARE = "/c/library/care/"


@pytest.fixture
def other(community):
    """A second facilitator."""
    return MembershipFactory(community=community, role="facilitator", user__display_name="Felix").user


def shown(client, path=CARE):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client, case, **data):
    return client.post(f"{CARE}{case.pk}/decide/", {"decision": "keep", "words": "", **data})


# --- What waits ---------------------------------------------------------------------------------------------------


def test_what_waits_is_shown_with_whose_it_is_and_how_long(as_facilitator, case, member):
    page = shown(as_facilitator)
    assert "Thing 7" in page
    assert "Mina" in page
    assert "nothing had to be done before" in page


def test_an_empty_queue_says_what_would_wait(as_facilitator):
    assert "Nothing needs care" in shown(as_facilitator)


def test_a_thing_waits_once_for_each_kind(case, community):
    assert caring.needs_care("thing", 7, community=community).pk == case.pk
    assert Case.objects.count() == 1


def test_what_weighs_more_moves_up_and_never_down(desk, case, community):
    caring.needs_care("thing", 7, community=community, weight=1)
    caring.needs_care("thing", 7, community=community, weight=3)
    case.refresh_from_db()
    assert case.weight == 1


def test_what_was_settled_can_wait_anew(case, community, facilitator):
    caring.settle("thing", 7, by=facilitator, outcome="keep")
    again = caring.needs_care("thing", 7, community=community)
    assert again.pk != case.pk
    assert Case.objects.open().get() == again


def test_what_cannot_wait_stands_first_and_then_what_waited_longest(as_facilitator, desk, community):
    now = timezone.now()
    caring.needs_care("thing", 1, community=community, since=now - timedelta(hours=1))
    caring.needs_care("thing", 2, community=community, since=now - timedelta(days=1))
    caring.needs_care("thing", 3, community=community, since=now, weight=1)
    page = shown(as_facilitator)
    assert page.index("Thing 3") < page.index("Thing 2") < page.index("Thing 1")


def test_what_is_gone_can_only_be_put_away(as_facilitator, desk, case):
    desk.gone.add(7)
    page = shown(as_facilitator)
    assert "It is no longer there" in page
    assert "Hide it" not in page
    assert decide(as_facilitator, case, decision="gone").status_code == 302
    assert not Case.objects.open().exists()
    assert desk.done == []


def test_what_no_app_knows_any_more_can_be_put_away(as_facilitator, case):
    Case.objects.update(kind="forgotten")
    assert "It is no longer there" in shown(as_facilitator)
    decide(as_facilitator, case, decision="gone")
    assert not Case.objects.open().exists()


def test_the_queue_of_one_kind(as_facilitator, case):
    Case.objects.create(kind="other", thing_id=1, community=case.community)
    assert shown(as_facilitator, f"{CARE}?kind=thing").count("data-case ") == 1


# --- Who may ------------------------------------------------------------------------------------------------------


def test_facilitators_see_only_their_own_communities(as_facilitator, desk, facilitator, staff, member):
    elsewhere = CommunityFactory(slug="elsewhere")
    theirs = caring.needs_care("thing", 9, community=elsewhere)
    assert "Thing 9" not in shown(as_facilitator)
    assert as_facilitator.get(f"{CARE}{theirs.pk}/").status_code == 404
    assert as_facilitator.post(f"/c/elsewhere/care/{theirs.pk}/decide/", {"decision": "keep"}).status_code == 403
    assert list(Case.objects.visible_to(facilitator)) == []
    assert list(Case.objects.visible_to(staff)) == [theirs]
    assert list(Case.objects.visible_to(member)) == []


def test_members_are_told_who_can(as_member, case):
    answer = as_member.get(CARE)
    assert answer.status_code == 403
    assert "Only facilitators" in answer.content.decode()


# --- Deciding -----------------------------------------------------------------------------------------------------


def test_a_decision_is_carried_out_and_settles_the_case(as_facilitator, desk, case, facilitator):
    answer = decide(as_facilitator, case, words="Thank you.")
    assert answer.status_code == 302
    [(name, thing_id, act)] = desk.done
    assert (name, thing_id, act.by, act.words) == ("keep", 7, facilitator, "Thank you.")
    case.refresh_from_db()
    assert (case.outcome, case.settled_by) == ("keep", facilitator)
    assert "Thing 7" not in shown(as_facilitator)


def test_one_goes_on_with_what_waits_next_in_the_same_list(as_facilitator, desk, community):
    now = timezone.now()
    cases = [
        caring.needs_care("thing", number, community=community, since=now - timedelta(hours=9 - number))
        for number in range(4)
    ]
    Case.objects.create(kind="other", thing_id=1, community=community, since=now - timedelta(days=9))
    page = as_facilitator.get(f"{CARE}?kind=thing")
    assert '<input type="hidden" name="kind" value="thing">' in page.content.decode()
    assert decide(as_facilitator, cases[1], kind="thing").url == f"{CARE}?kind=thing#case-{cases[2].pk}"
    assert decide(as_facilitator, cases[3], kind="thing", page="x").url == f"{CARE}?kind=thing#case-{cases[0].pk}"
    claimed = as_facilitator.post(f"{CARE}{cases[2].pk}/claim/", {"on": "care", "kind": "thing", "page": "x"})
    assert claimed.url == f"{CARE}?kind=thing&page=x#case-{cases[2].pk}"


def test_past_the_last_of_a_kind_all_that_waits_is_there(as_facilitator, case):
    other = Case.objects.create(kind="other", thing_id=1, community=case.community)
    assert decide(as_facilitator, case, kind="thing").url == f"{CARE}#case-{other.pk}"
    assert decide(as_facilitator, other, decision="gone").url == CARE


def test_a_missing_reason_is_asked_for_where_one_begins(as_facilitator, case):
    page = shown(as_facilitator)
    assert "(for: Hide it)" in page and "Choose one" in page
    assert "None in particular" not in page
    answer = decide(as_facilitator, case, decision="hide", kind="thing")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert re.search(r"<select[^>]* autofocus", page)
    assert '<input type="hidden" name="kind" value="thing">' in page


def test_a_decision_that_wants_a_reason_asks_for_it_and_keeps_what_was_typed(as_facilitator, desk, case, community):
    answer = decide(as_facilitator, case, decision="hide", words="Please mind the tone.")
    assert answer.status_code == 422
    assert "Please mind the tone." in answer.content.decode()
    assert "reason" in answer.context["form"].errors
    assert desk.done == []
    decide(as_facilitator, case, decision="hide", reason=points_of(community)[0])
    assert desk.done[0][2].reason.startswith("1. ")


@pytest.mark.parametrize("data", [{"decision": "burn"}, {"decision": ""}, {"reason": "99. Nonsense"}])
def test_what_cannot_be_decided_is_said_and_changes_nothing(as_facilitator, desk, case, data):
    assert decide(as_facilitator, case, **data).status_code == 422
    assert desk.done == []
    assert Case.objects.open().count() == 1


def test_where_the_act_is_refused_the_case_stays_open(as_facilitator, desk, case):
    desk.refuses = "That was moved meanwhile."
    answer = decide(as_facilitator, case)
    assert answer.status_code == 422
    assert "That was moved meanwhile." in answer.content.decode()
    assert Case.objects.open().count() == 1


def test_the_second_of_two_facilitators_is_told_who_was_first(as_facilitator, signed_in, desk, case, other):
    decide(as_facilitator, case)
    answer = decide(signed_in(other), case)
    assert answer.status_code == 422
    assert "Fatima has settled this meanwhile." in answer.content.decode()
    assert len(desk.done) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_does_anything(desk, case, facilitator, other):
    start, refused = Barrier(2), []

    def one(user):
        start.wait()
        try:
            deciding.decide(Case.objects.get(pk=case.pk), "keep", Act(by=user))
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=[user]) for user in (facilitator, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(desk.done) == 1
    assert len(refused) == 1


# --- In hand ------------------------------------------------------------------------------------------------------


def test_what_somebody_has_in_hand_is_left_to_them(as_facilitator, signed_in, desk, case, other):
    as_facilitator.post(f"{CARE}{case.pk}/claim/")
    page = shown(signed_in(other))
    assert "Fatima</bdi> is looking at this" in page
    assert "Keep it" not in page
    assert decide(signed_in(other), case).status_code == 422
    assert desk.done == []


def test_it_can_be_given_back_and_lapses_by_itself(as_facilitator, signed_in, desk, case, other):
    as_facilitator.post(f"{CARE}{case.pk}/claim/")
    as_facilitator.post(f"{CARE}{case.pk}/claim/", {"undo": "1"})
    assert caring.claim(case, by=other)
    assert not caring.let_go(case, by=case.about)
    Case.objects.update(claimed_at=timezone.now() - CLAIM_LASTS - timedelta(seconds=1))
    assert decide(as_facilitator, case).status_code == 302


# --- The bell, and many ---------------------------------------------------------------------------------------------


def test_the_bell_counts_a_community_once_and_says_how_much_waits(as_facilitator, desk, community):
    for number in range(3):
        caring.needs_care("thing", number, community=community)
    assert as_facilitator.get("/bell/count/").json()["count"] == 1
    assert "3 things need care" in shown(as_facilitator, "/bell/")


def test_a_member_hears_nothing_of_it(as_member, case):
    assert as_member.get("/bell/count/").json()["count"] == 0


def test_the_link_to_it_says_how_much_waits(as_facilitator, as_member, case):
    assert '<span class="badge">1</span>' in shown(as_facilitator, "/c/library/about/")
    assert "What needs care" not in shown(as_member, "/c/library/about/")


def test_ten_thousand_that_wait_cost_what_twenty_do(as_facilitator, desk, community, facilitator, query_count):
    people = [MembershipFactory(community=community).user for _ in range(30)]
    now = timezone.now()

    def wait(numbers):
        Case.objects.bulk_create(
            Case(
                kind="thing",
                thing_id=number,
                community=community,
                about=people[number % 30],
                since=now - timedelta(minutes=number),
                claimed_by=facilitator if number % 3 == 0 else None,
                claimed_at=now,
            )
            for number in numbers
        )

    wait(range(20))
    few = query_count(as_facilitator, CARE)
    wait(range(20, 10_000))
    assert query_count(as_facilitator, CARE) == few
    page = as_facilitator.get(CARE)
    assert len(page.context["cards"]) == 20
    following = as_facilitator.get(f"{CARE}?page={page.context['older']}")
    assert not {card.case.pk for card in page.context["cards"]} & {card.case.pk for card in following.context["cards"]}


def test_a_page_of_ten_thousand_is_read_from_the_index(desk, community):
    Case.objects.bulk_create(Case(kind="thing", thing_id=number, community=community) for number in range(10_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = Case.objects.open().filter(community=community).order_by("weight", "since", "id")[:21]
    assert "case_open" in rows.explain()


def test_what_came_this_minute_came_just_now(desk, community, as_facilitator):
    caring.needs_care("thing", 1, community=community)
    page = as_facilitator.get(CARE).content.decode()
    assert "just now" in page
    assert "0 minutes" not in page.replace("\xa0", " ")
