"""What people promise and propose can be flagged and hidden, and is held to what newcomers may do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.agreements import asking_after, beat_lines, committing, proposing, telling
from cop.agreements.keeping_order import thing_of_commitment
from cop.agreements.models import Commitment, Proposal
from cop.base.errors import Refused
from cop.guarding.models import Protection, Way, WordList
from cop.mail.models import Mailing
from cop.moderation import acting, restraining
from cop.moderation.action_models import ModerationAction
from cop.moderation.models import Case
from cop.moderation.things import Why
from cop.notifications.models import Activity
from cop.notifications.sections import Window
from cop.search.searching import search
from tests.factories import CommitmentFactory, MembershipFactory, ProposalFactory

LIST, PROPOSALS = "/c/library/commitments/", "/c/library/proposals/"
RULE = "Be kind"


@pytest.fixture
def day():
    return timezone.localdate() + timedelta(days=5)


@pytest.fixture
def promised(community, member, day) -> Commitment:
    return committing.commit(community, by=member, text="Buy cheap marbles", due_on=day)


@pytest.fixture
def proposed(community, member) -> Proposal:
    return proposing.propose(community, by=member, title="Cheap marbles", text="Everybody buys marbles.")


@pytest.fixture
def other(community, signed_in):
    return signed_in(MembershipFactory(community=community).user)


def do(what, kind, thing, by):
    assert acting.do(what, kind, thing.pk, by=by, why=Why(RULE))
    thing.refresh_from_db()


def newcomer_in(community, way=Way.LIMITED, **limits):
    Protection.objects.update_or_create(community=community, defaults={"way": way, "newcomer_days": 3, **limits})
    return MembershipFactory(community=community, joined_at=timezone.now()).user


def test_a_commitment_and_a_proposal_are_flagged_and_stand_in_the_queue(other, as_facilitator, promised, proposed):
    for kind, thing in (("commitment", promised), ("proposal", proposed)):
        address = f"/flag/{kind}/{thing.pk}/"
        assert address in other.get(thing.get_absolute_url()).content.decode()
        assert other.post(address, {"reason": "advertising", "words": ""}).status_code == 302
    assert set(Case.objects.values_list("kind", flat=True)) == {"flag-commitment", "flag-proposal"}
    queue = as_facilitator.get("/c/library/care/").content.decode()
    assert "Buy cheap marbles" in queue and "Everybody buys marbles." in queue


def test_whoever_wrote_it_does_not_flag_it(as_member, promised):
    assert "/flag/commitment/" not in as_member.get(promised.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("kind", "listed"), [("commitment", LIST), ("proposal", PROPOSALS)])
def test_what_is_hidden_is_read_by_whose_it_is_and_by_facilitators(
    kind, listed, promised, proposed, as_member, as_facilitator, other, facilitator, member
):
    thing = {"commitment": promised, "proposal": proposed}[kind]
    do("hidden", kind, thing, facilitator)
    assert other.get(thing.get_absolute_url()).status_code == 404
    assert "marbles" not in other.get(listed).content.decode()
    for client in (as_member, as_facilitator):
        assert "A facilitator hid this" in client.get(thing.get_absolute_url()).content.decode()
        assert "Hidden" in client.get(listed).content.decode()
    assert ModerationAction.objects.get(kind=kind).about == member
    do("shown", kind, thing, facilitator)
    assert other.get(thing.get_absolute_url()).status_code == 200


def test_nothing_speaks_of_what_is_hidden(promised, proposed, facilitator, member, community, other, visitor):
    do("hidden", "commitment", promised, facilitator)
    do("hidden", "proposal", proposed, facilitator)
    now = timezone.now()
    window = Window(community, now - timedelta(days=1), now, now, now + timedelta(days=30), ["public", "community"])
    assert not list(beat_lines.COMMITMENTS.lines(window)) and not list(beat_lines.PROPOSALS.lines(window))
    assert not Activity.objects.visible_to(member).exists()
    assert search(facilitator, "marbles").count == 0
    assert b"marbles" not in other.get(f"{LIST}calendar/").content
    before = Mailing.objects.count()
    assert asking_after.ask_after_due(now + timedelta(days=9)) == 0 and telling.tell_due(now + timedelta(days=6)) == 0
    assert Mailing.objects.count() == before


def test_shown_again_it_is_told_and_found_as_before_but_to_nobody_anew(promised, proposed, facilitator, member):
    told = set(Activity.objects.values_list("kind", "notified_at"))
    for kind, thing in (("commitment", promised), ("proposal", proposed)):
        do("hidden", kind, thing, facilitator)
        do("shown", kind, thing, facilitator)
    assert set(Activity.objects.standing().values_list("kind", "notified_at")) == told
    assert search(member, "marbles").count == 1


def test_what_was_taken_back_meanwhile_comes_into_no_story_again(promised, proposed, facilitator, member):
    do("hidden", "commitment", promised, facilitator)
    do("hidden", "proposal", proposed, facilitator)
    committing.drop(promised, by=member, word="Not mine")
    proposing.withdraw(proposed, by=member)
    do("shown", "commitment", promised, facilitator)
    do("shown", "proposal", proposed, facilitator)
    assert not Activity.objects.standing().exists()
    assert search(member, "marbles").count == 0


def test_nobody_flags_what_two_people_arrange(community, member, facilitator, other, day):
    asked = committing.ask(community, by=facilitator, person=member, text="Bring the slides", due_on=day)
    assert other.get(f"/flag/commitment/{asked.pk}/").status_code == 404


def test_a_newcomer_promises_only_some_things_an_hour(community, signed_in, day):
    client = signed_in(newcomer_in(community, topics_an_hour=2))
    answers = [client.post(f"{LIST}add/", {"text": f"Thing {number}", "due_on": day}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "promises or proposes 2 things an hour" in answers[-1].content.decode()
    assert 'value="Thing 2"' in answers[-1].content.decode()


def test_a_newcomers_proposal_holds_only_so_many_links(community, signed_in, day):
    client = signed_in(newcomer_in(community, links=1))
    text = "https://a.example.com/ and https://b.example.com/"
    answer = client.post(f"{PROPOSALS}add/", {"title": "Links", "text": text, "closes_on": day})
    assert answer.status_code == 422
    assert "There are 2 links in it" in answer.content.decode()
    assert text in answer.content.decode()


def test_whose_posts_are_read_first_says_it_in_a_discussion(community, member, day):
    restraining.hold(member, community)
    with pytest.raises(Refused, match="Say it in a discussion"):
        committing.commit(community, by=member, text="Buy marbles", due_on=day)
    with pytest.raises(Refused, match="Say it in a discussion"):
        proposing.propose(community, by=member, title="Marbles", text="Buy")


def test_so_does_a_newcomer_where_first_posts_are_held(community, day):
    somebody = newcomer_in(community, way=Way.HELD)
    with pytest.raises(Refused, match="Say it in a discussion"):
        committing.commit(community, by=somebody, text="Buy marbles", due_on=day)


def test_words_on_the_list_are_refused_in_promises_proposals_and_answers(community, member, facilitator, day):
    WordList.objects.create(community=community, words="marbles")
    proposal = ProposalFactory(community=community, proposer=facilitator, text="Good")
    for refused in (
        lambda: committing.commit(community, by=member, text="Buy marbles", due_on=day),
        lambda: proposing.propose(community, by=member, title="Marbles", text="Buy"),
        lambda: proposing.take_position(proposal, by=member, stance="concern", reason="No marbles", version=1),
    ):
        with pytest.raises(Refused, match="list of words"):
            refused()
    assert committing.commit(community, by=facilitator, text="Buy marbles", due_on=day)


def test_asking_somebody_by_the_form_asks_them(as_facilitator, member, community, day):
    answer = as_facilitator.post(f"{LIST}add/", {"text": "Bring the slides", "due_on": day, "person": member.pk})
    assert answer.status_code == 302
    assert Commitment.objects.get().person == member


def test_in_a_very_large_community_the_list_of_people_ends_somewhere(as_facilitator, community, monkeypatch, day):
    monkeypatch.setattr("cop.agreements.forms.PEOPLE_SHOWN", 2)
    people = [MembershipFactory(community=community, user__display_name=f"Zoe {n}").user for n in range(4)]
    page = as_facilitator.get(f"{LIST}add/").content.decode()
    assert page.count("<option") == 3
    as_facilitator.post(f"{LIST}add/", {"text": "Bring the slides", "due_on": day, "person": people[-1].pk})
    assert Commitment.objects.get().person == people[-1]


def test_what_is_asked_of_somebody_belongs_to_who_asked(community, member, facilitator, day):
    asked = CommitmentFactory(community=community, person=member, asked_by=facilitator)
    assert thing_of_commitment(asked).author == facilitator


def test_a_facilitator_who_drops_somebody_elses_promise_leaves_a_line_in_the_log(
    as_facilitator, as_member, promised, member, community, day
):
    as_facilitator.post(f"{LIST}{promised.pk}/drop/", {"word": "The room is gone"})
    line = ModerationAction.objects.get()
    assert (line.what, line.about, line.words) == ("called-off", member, "The room is gone")
    own = committing.commit(community, by=member, text="Bring the slides", due_on=day)
    as_member.post(f"{LIST}{own.pk}/drop/", {"word": "No time"})
    assert ModerationAction.objects.count() == 1
