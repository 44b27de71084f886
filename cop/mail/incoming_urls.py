from django.urls import path

from cop.mail import incoming_views

app_name = "incoming"
urlpatterns = [
    path("mail/held/<str:token>/", incoming_views.held, name="held"),
    path("mail/held/<str:token>/discard/", incoming_views.held_discard, name="held-discard"),
]
