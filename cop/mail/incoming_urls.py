from django.urls import path

from cop.mail import incoming_list_views, incoming_views

app_name = "incoming"
urlpatterns = [
    path("mail/in/", incoming_list_views.messages_list, name="messages"),
    path("mail/in/<int:message_id>/", incoming_list_views.message_show, name="message"),
    path("mail/in/<int:message_id>/again/", incoming_list_views.message_again, name="message-again"),
    path("mail/held/<str:token>/", incoming_views.held, name="held"),
    path("mail/held/<str:token>/discard/", incoming_views.held_discard, name="held-discard"),
]
