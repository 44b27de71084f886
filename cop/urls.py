"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from cop.base.accent import accent

admin.autodiscover()
# Staff sign in where everybody does, so that the limits on wrong passwords hold there too.
admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    re_path(r"^accent/(?P<colour>[0-9a-f]{6})\.css$", accent, name="accent"),
    path("mailbox/", include("cop.mail.urls")),
    path("", include("members.urls")),
    path("", include("cop.files.urls")),
    path("", include("cop.notifications.urls")),
    path("", include("cop.home.urls")),
]
