from django.urls import path

from cop.home import health, person_views, search_views, views

app_name = "home"
urlpatterns = [
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("", views.site, name="site"),
    path("people/<int:person_id>/", person_views.person, name="person"),
    path("search/", search_views.search, name="search"),
    path("c/<slug:community_slug>/search/", search_views.search, name="community-search"),
    path("c/<slug:community_slug>/", views.community, name="community"),
]
