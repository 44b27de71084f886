from django.urls import path

from members import community_views, people_views

app_name = "members"
urlpatterns = [
    path("c/<slug:community_slug>/settings/", community_views.community_edit, name="community-edit"),
    path("c/<slug:community_slug>/join/", community_views.community_join, name="community-join"),
    path("c/<slug:community_slug>/ask/", community_views.community_ask, name="community-ask"),
    path("c/<slug:community_slug>/leave/", community_views.community_leave, name="community-leave"),
    path("c/<slug:community_slug>/people/", people_views.people, name="people"),
    path("c/<slug:community_slug>/people/invite/", people_views.invitation_add, name="invitation-add"),
    path(
        "c/<slug:community_slug>/people/<int:membership_id>/accept/",
        people_views.membership_accept,
        name="membership-accept",
    ),
    path(
        "c/<slug:community_slug>/people/<int:membership_id>/decline/",
        people_views.membership_decline,
        name="membership-decline",
    ),
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
        people_views.invitation_withdraw,
        name="invitation-withdraw",
    ),
    path("invitations/<str:token>/", people_views.invitation_show, name="invitation-show"),
    path("invitations/<str:token>/accept/", people_views.invitation_accept, name="invitation-accept"),
    path("invitations/<str:token>/decline/", people_views.invitation_decline, name="invitation-decline"),
    path("people/", people_views.directory, name="directory"),
    path("me/", people_views.profile_edit, name="profile-edit"),
]
