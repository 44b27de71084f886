from django.urls import path

from cop.letters import views

app_name = "letters"
urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/<int:conversation_id>/", views.conversation, name="conversation"),
    path("people/<int:person_id>/write/", views.letter_add, name="letter-add"),
    path("c/<slug:community_slug>/letters/", views.policy, name="policy"),
]
