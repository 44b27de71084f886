from django.urls import path

from cop.home import views

app_name = "home"
urlpatterns = [
    path("", views.site, name="site"),
    path("c/<slug:community_slug>/", views.community, name="community"),
]
