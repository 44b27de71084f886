from django.urls import path

from cop.moderation import letter_views, queue_views

app_name = "moderation"
CARE = "c/<slug:community_slug>/care/"
CASE = f"{CARE}<int:case_id>/"

urlpatterns = [
    path("care/<str:code>/<slug:decision>/", letter_views.letter, name="letter"),
    path(CARE, queue_views.care, name="care"),
    path(CASE, queue_views.case, name="case"),
    path(f"{CASE}claim/", queue_views.case_claim, name="case-claim"),
    path(f"{CASE}decide/", queue_views.case_decide, name="case-decide"),
]
