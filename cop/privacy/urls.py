from django.urls import path

from cop.privacy import views

app_name = "privacy"
urlpatterns = [
    path("privacy/records/", views.records, name="records"),
    path("privacy/kept/", views.cleanings, name="cleanings"),
]
