from django.urls import path

from cop.home import care_views, health, person_views, privacy_views, search_views, set_up_views, views

app_name = "home"
urlpatterns = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", views.site, name="site"),
    path("people/<int:person_id>/", person_views.person, name="person"),
    path("privacy/", privacy_views.privacy, name="privacy"),
    path("search/", search_views.search, name="search"),
    path("communities/new/", set_up_views.set_up_begin, name="set-up"),
    path("communities/new/<int:set_up_id>/", set_up_views.set_up_review, name="set-up-review"),
    path("communities/new/<int:set_up_id>/finish/", set_up_views.set_up_finish, name="set-up-finish"),
    path("communities/new/<int:set_up_id>/discard/", set_up_views.set_up_discard, name="set-up-discard"),
    path("communities/new/<int:set_up_id>/approve/", set_up_views.set_up_approve, name="set-up-approve"),
    path("communities/new/<int:set_up_id>/decline/", set_up_views.set_up_decline, name="set-up-decline"),
    path("communities/new/<int:set_up_id>/<slug:step>/", set_up_views.set_up_step, name="set-up-step"),
    path("communities/waiting/", set_up_views.set_ups_waiting, name="set-ups-waiting"),
    path("c/<slug:community_slug>/about/", care_views.about, name="about"),
    path("c/<slug:community_slug>/about/edit/", care_views.about_edit, name="about-edit"),
    path("c/<slug:community_slug>/tools/", care_views.tools, name="tools"),
    path("c/<slug:community_slug>/tools/set/", care_views.tool_set, name="tool-set"),
    path("c/<slug:community_slug>/welcome/", care_views.welcome, name="welcome"),
    path("c/<slug:community_slug>/stage/", care_views.stage, name="stage"),
    path("c/<slug:community_slug>/issue/", care_views.issue, name="issue"),
    path("c/<slug:community_slug>/close/", care_views.close, name="close"),
    path("c/<slug:community_slug>/open-again/", care_views.open_again, name="open-again"),
    path("c/<slug:community_slug>/parts/", care_views.parts, name="parts"),
    path("c/<slug:community_slug>/named/<int:request_id>/", care_views.named, name="named"),
    path("c/<slug:community_slug>/search/", search_views.search, name="community-search"),
    path("c/<slug:community_slug>/", views.community, name="community"),
]
