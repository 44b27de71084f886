from django.urls import path

from members import (
    account_views,
    blocking_views,
    community_views,
    export_views,
    invitation_views,
    organisation_views,
    people_views,
    sign_up_views,
)

app_name = "members"
urlpatterns = [
    path("c/<slug:community_slug>/settings/", community_views.community_edit, name="community-edit"),
    path("c/<slug:community_slug>/join/", community_views.community_join, name="community-join"),
    path("c/<slug:community_slug>/ask/", community_views.community_ask, name="community-ask"),
    path("c/<slug:community_slug>/leave/", community_views.community_leave, name="community-leave"),
    path("c/<slug:community_slug>/people/", people_views.people, name="people"),
    path("c/<slug:community_slug>/people/invite/", invitation_views.invitation_add, name="invitation-add"),
    path("c/<slug:community_slug>/people/requests/", people_views.requests_answer, name="requests-answer"),
    path("c/<slug:community_slug>/people/log/", people_views.standing_log, name="standing-log"),
    path("c/<slug:community_slug>/people/link/", invitation_views.link_add, name="link-add"),
    path("c/<slug:community_slug>/people/link/<int:link_id>/close/", invitation_views.link_close, name="link-close"),
    path("c/<slug:community_slug>/invite/", invitation_views.personal_invitation_add, name="personal-invitation-add"),
    path(
        "c/<slug:community_slug>/invite/<int:invitation_id>/withdraw/",
        invitation_views.personal_invitation_withdraw,
        name="personal-invitation-withdraw",
    ),
    path("c/<slug:community_slug>/invitations/", invitation_views.invitations, name="invitations"),
    path("c/<slug:community_slug>/invitations/send/", invitation_views.invitations_send_again, name="invitations-send"),
    path("c/<slug:community_slug>/step-back/", community_views.community_step_back, name="community-step-back"),
    path(
        "c/<slug:community_slug>/people/<int:membership_id>/role/",
        people_views.membership_role,
        name="membership-role",
    ),
    path(
        "c/<slug:community_slug>/people/<int:membership_id>/suspend/",
        people_views.membership_suspend,
        name="membership-suspend",
    ),
    path(
        "c/<slug:community_slug>/people/<int:membership_id>/readmit/",
        people_views.membership_readmit,
        name="membership-readmit",
    ),
    path(
        "c/<slug:community_slug>/invitations/<int:invitation_id>/withdraw/",
        invitation_views.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path(
        "c/<slug:community_slug>/invitations/<int:invitation_id>/send/",
        invitation_views.invitation_send_again,
        name="invitation-send-again",
    ),
    path("come-in/<str:token>/", invitation_views.link_show, name="link-show"),
    path("come-in/<str:token>/use/", invitation_views.link_use, name="link-use"),
    path("invitations/<str:token>/", invitation_views.invitation_show, name="invitation-show"),
    path("invitations/<str:token>/accept/", invitation_views.invitation_accept, name="invitation-accept"),
    path("invitations/<str:token>/decline/", invitation_views.invitation_decline, name="invitation-decline"),
    path("people/", people_views.directory, name="directory"),
    path("people/<int:person_id>/photo/<str:mark>/", organisation_views.person_photo, name="person-photo"),
    path("c/<slug:community_slug>/logo/<str:mark>/", organisation_views.community_logo, name="community-logo"),
    path("people/<int:person_id>/block/", blocking_views.person_block, name="person-block"),
    path("site/sign-ups/", sign_up_views.sign_ups, name="sign-ups"),
    path("site/sign-ups/<int:user_id>/", sign_up_views.sign_up_decide, name="sign-up-decide"),
    path("me/blocked/", blocking_views.blocked, name="blocked"),
    path("organisations/", organisation_views.organisations, name="organisations"),
    path("organisations/<int:organisation_id>/", organisation_views.organisation, name="organisation"),
    path("organisations/<int:organisation_id>/edit/", organisation_views.organisation_edit, name="organisation-edit"),
    path(
        "organisations/<int:organisation_id>/hand-on/",
        organisation_views.organisation_hand_on,
        name="organisation-hand-on",
    ),
    path(
        "organisations/<int:organisation_id>/merge/", organisation_views.organisation_merge, name="organisation-merge"
    ),
    path(
        "organisations/<int:organisation_id>/domains/add/",
        organisation_views.organisation_domain_add,
        name="organisation-domain-add",
    ),
    path(
        "organisations/<int:organisation_id>/domains/<int:domain_id>/remove/",
        organisation_views.organisation_domain_remove,
        name="organisation-domain-remove",
    ),
    path(
        "organisations/domain/<str:token>/",
        organisation_views.organisation_domain_confirm,
        name="organisation-domain-confirm",
    ),
    path(
        "organisations/<int:organisation_id>/logo/<str:mark>/",
        organisation_views.organisation_logo,
        name="organisation-logo",
    ),
    path("me/zone/", people_views.timezone_confirm, name="timezone-confirm"),
    path("me/data/", export_views.data, name="data"),
    path("me/data/<str:token>/", export_views.data_fetch, name="data-fetch"),
    path("me/second-step/", account_views.second_step_ask, name="second-step"),
    path("me/close/", account_views.account_close, name="account-close"),
    path("me/", people_views.profile_edit, name="profile-edit"),
]
