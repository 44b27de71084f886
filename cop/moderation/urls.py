from django.urls import path

from cop.moderation import action_views, flag_views, letter_views, policy_views, queue_views

app_name = "moderation"
CARE = "c/<slug:community_slug>/care/"
CASE = f"{CARE}<int:case_id>/"

urlpatterns = [
    path("care/<str:code>/<slug:decision>/", letter_views.letter, name="letter"),
    path("care/staff/", queue_views.left, name="left-to-staff"),
    path(CARE, queue_views.care, name="care"),
    path(CASE, queue_views.case, name="case"),
    path(f"{CASE}claim/", queue_views.case_claim, name="case-claim"),
    path(f"{CASE}decide/", queue_views.case_decide, name="case-decide"),
    path(f"{CARE}log/", action_views.log, name="log"),
    path(f"{CARE}policy/", policy_views.policy, name="policy"),
    path("c/<slug:community_slug>/guidelines/", policy_views.guidelines, name="guidelines"),
    path("c/<slug:community_slug>/guidelines/edit/", policy_views.guidelines_edit, name="guidelines-edit"),
    path("flag/<slug:kind>/<int:thing_id>/", flag_views.flag, name="flag"),
    path("flagged/<str:code>/", flag_views.flagged, name="flagged"),
    path("flagged/by-mail/<str:token>/", flag_views.flag_hear, name="flag-hear"),
    path("moderate/<slug:kind>/<int:thing_id>/<slug:what>/", action_views.act, name="act"),
    path("moderated/", action_views.mine, name="mine"),
    path("moderated/<int:action_id>/", action_views.told, name="told"),
]
