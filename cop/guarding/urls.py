from django.urls import path

from cop.guarding import views

app_name = "guarding"
urlpatterns = [
    path("c/<slug:community_slug>/protection/", views.protection, name="protection"),
    path("c/<slug:community_slug>/protection/words/", views.words, name="words"),
    path("site/words/", views.site_words, name="site-words"),
]
