from django.urls import path

from cop.agreements import commitment_views, proposal_views

app_name = "agreements"
COMMITMENTS = "c/<slug:community_slug>/commitments/"
PROPOSALS = "c/<slug:community_slug>/proposals/"
PROPOSAL = f"{PROPOSALS}<int:proposal_id>/"
COMMITMENT = f"{COMMITMENTS}<int:commitment_id>/"

urlpatterns = [
    path(COMMITMENTS, commitment_views.commitments, name="commitments"),
    path(f"{COMMITMENTS}add/", commitment_views.commitment_add, name="commitment-add"),
    path(f"{COMMITMENTS}calendar.ics", commitment_views.commitments_calendar, name="commitments-calendar"),
    path(COMMITMENT, commitment_views.commitment, name="commitment"),
    path(f"{COMMITMENT}accept/", commitment_views.commitment_accept, name="commitment-accept"),
    path(f"{COMMITMENT}decline/", commitment_views.commitment_decline, name="commitment-decline"),
    path(f"{COMMITMENT}keep/", commitment_views.commitment_keep, name="commitment-keep"),
    path(f"{COMMITMENT}drop/", commitment_views.commitment_drop, name="commitment-drop"),
    path(f"{COMMITMENT}move/", commitment_views.commitment_move, name="commitment-move"),
    path(PROPOSALS, proposal_views.proposals, name="proposals"),
    path(f"{PROPOSALS}add/", proposal_views.proposal_add, name="proposal-add"),
    path(PROPOSAL, proposal_views.proposal, name="proposal"),
    path(f"{PROPOSAL}answer/", proposal_views.proposal_answer, name="proposal-answer"),
    path(f"{PROPOSAL}edit/", proposal_views.proposal_edit, name="proposal-edit"),
    path(f"{PROPOSAL}decide/", proposal_views.proposal_decide, name="proposal-decide"),
    path(f"{PROPOSAL}prolong/", proposal_views.proposal_prolong, name="proposal-prolong"),
    path(f"{PROPOSAL}withdraw/", proposal_views.proposal_withdraw, name="proposal-withdraw"),
    path("c/<slug:community_slug>/remit/", proposal_views.remit, name="remit"),
]
