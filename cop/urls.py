"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path, re_path
from django.views.decorators.http import require_safe

from blogs.sitemaps import BlogSitemap, PostSitemap
from cop.base.accent import accent
from cop.base.manifest import manifest
from cop.base.robots import robots
from cop.base.security_txt import security_txt
from cop.base.styleguide import styleguide
from members.account_views import saml_finish
from members.guarding_admin import guarded
from members.providers import come_back

admin.autodiscover()
# Staff sign in where everybody does, so that the limits on wrong passwords hold there too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.admin_view = guarded(admin.site.admin_view)  # type: ignore[assignment, method-assign]

SITEMAPS = {"blogs": BlogSitemap, "posts": PostSitemap}

urlpatterns = [
    path("admin/", admin.site.urls),
    path("styleguide/", styleguide, name="styleguide"),
    path("robots.txt", robots, name="robots"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path(
        "sitemap.xml", require_safe(index), {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap"}, name="sitemap-index"
    ),
    path("sitemap-<section>.xml", require_safe(sitemap), {"sitemaps": SITEMAPS}, name="sitemap"),
    path("accounts/saml/<slug:organization_slug>/acs/finish/", saml_finish),
    path("accounts/oidc/<slug:provider_id>/login/callback/", come_back),
    path("accounts/", include("allauth.urls")),
    re_path(r"^accent/(?P<colour>[0-9a-f]{6})\.css$", accent, name="accent"),
    path("mailbox/", include("cop.mail.urls")),
    path("", include("cop.mail.incoming_urls")),
    path("markup/", include("cop.markup.urls")),
    # A provider that sends our mail tells us here what came in and what came back.
    *([path("provider/", include("anymail.urls"))] if settings.EMAIL_PROVIDER else []),
    path("", include("cop.privacy.urls")),
    path("", include("members.urls")),
    path("", include("cop.files.urls")),
    path("", include("cop.notifications.urls")),
    path("", include("cop.agreements.urls")),
    path("", include("cop.moderation.urls")),
    path("", include("cop.guarding.urls")),
    path("", include("cop.letters.urls")),
    path("", include("discussions.urls")),
    path("", include("blogs.urls")),
    path("", include("events.urls")),
    path("", include("cop.home.urls")),
]
