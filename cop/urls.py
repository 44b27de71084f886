"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.autodiscover()
# Staff sign in where everybody does, so that the limits on wrong passwords hold there too.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("members.urls")),
    path("", include("cop.files.urls")),
    path("", include("cop.notifications.urls")),
    path("", include("cop.home.urls")),
]
