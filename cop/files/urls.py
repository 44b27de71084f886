from django.urls import path

from cop.files import views

app_name = "files"
urlpatterns = [
    path("files/<int:file_id>/<str:name>", views.file_show, name="file-show"),
    path("c/<slug:community_slug>/images/", views.image_add, name="image-add"),
    path("c/<slug:community_slug>/attachments/", views.attachment_add, name="attachment-add"),
    path("attachments/<int:attachment_id>/<str:name>", views.attachment_fetch, name="attachment-fetch"),
]
