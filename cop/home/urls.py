from django.urls import path

from cop.home import health, views

app_name = "home"
urlpatterns = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", views.site, name="site"),
    path("c/<slug:community_slug>/", views.community, name="community"),
]
