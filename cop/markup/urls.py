from django.urls import path

from cop.markup import views

app_name = "markup"
urlpatterns = [
    path("preview/", views.preview, name="preview"),
    path("emoji.json", views.emoji_list, name="emoji"),
]
