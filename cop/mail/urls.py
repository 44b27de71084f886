from django.urls import path

from cop.mail import mailbox_views

app_name = "mail"
urlpatterns = [
    path("", mailbox_views.mailbox_list, name="mailbox"),
    path("<str:key>/", mailbox_views.mailbox_show, name="mailbox-show"),
    path("<str:key>/html/", mailbox_views.mailbox_html, name="mailbox-html"),
]
