"""Addresses of the pages about feeds in, below a blog's address."""

from django.urls import path

from blogs import source_views

urlpatterns = [
    path("", source_views.source_list, name="source-list"),
    path("find/", source_views.source_find, name="source-find"),
    path("add/", source_views.source_add, name="source-add"),
    path("<int:use_id>/", source_views.source_show, name="source-show"),
    path("<int:use_id>/edit/", source_views.source_edit, name="source-edit"),
    path("<int:use_id>/collect/", source_views.source_collect, name="source-collect"),
    path("<int:use_id>/pause/", source_views.source_pause, name="source-pause"),
    path("<int:use_id>/resume/", source_views.source_resume, name="source-resume"),
    path("<int:use_id>/remove/", source_views.source_remove, name="source-remove"),
]
