from django.urls import include, path, re_path

from blogs import blog_views, comment_views, feed_views, feeds, naming_views, post_actions, post_views

app_name = "blogs"

BLOGS = "c/<slug:community_slug>/blogs/"
BLOG = f"{BLOGS}<slug:blog_slug>/"
POST = f"{BLOG}<int:post_id>/"

urlpatterns = [
    path(BLOGS, blog_views.blogs, name="blogs"),
    path(f"{BLOGS}new/", blog_views.blog_add, name="blog-add"),
    re_path(r"^c/(?P<community_slug>[-\w]+)/feed\.(?P<kind>atom|rss)$", feeds.community_feed, name="community-feed"),
    path(BLOG, blog_views.blog, name="blog"),
    path(f"{BLOG}settings/", blog_views.blog_edit, name="blog-edit"),
    path(f"{BLOG}sources/", include("blogs.source_urls")),
    re_path(
        r"^c/(?P<community_slug>[-\w]+)/blogs/(?P<blog_slug>[-\w]+)/feed\.(?P<kind>atom|rss)$",
        feeds.blog_feed,
        name="blog-feed",
    ),
    path(f"{BLOG}tags/<str:tag_slug>/", blog_views.tag, name="tag"),
    re_path(
        r"^c/(?P<community_slug>[-\w]+)/blogs/(?P<blog_slug>[-\w]+)/tags/(?P<tag_slug>[^/]+)/feed\.(?P<kind>atom|rss)$",
        feeds.tag_feed,
        name="tag-feed",
    ),
    path(f"{BLOG}archive/<int:year>/", blog_views.archive, name="archive-year"),
    path(f"{BLOG}archive/<int:year>/<int:month>/", blog_views.archive, name="archive-month"),
    path(f"{BLOG}write/", post_views.post_add, name="post-add"),
    path(f"{BLOG}write/keep/", post_actions.draft_keep, name="new-draft-keep"),
    path(f"{BLOG}write/discard/", post_actions.draft_discard, name="new-draft-discard"),
    path(f"{POST}edit/", post_views.post_edit, name="post-edit"),
    path(f"{POST}edit/keep/", post_actions.draft_keep, name="draft-keep"),
    path(f"{POST}edit/discard/", post_actions.draft_discard, name="draft-discard"),
    path(f"{POST}history/", post_views.post_history, name="post-history"),
    path(f"{POST}comment/", comment_views.post_comment, name="post-comment"),
    path(f"{POST}publish/", post_actions.post_publish, name="post-publish"),
    path(f"{POST}take-back/", post_actions.post_take_back, name="post-take-back"),
    path(f"{POST}schedule/", post_actions.post_schedule, name="post-schedule"),
    path(f"{POST}unschedule/", post_actions.post_unschedule, name="post-unschedule"),
    path(f"{POST}withdraw/", post_actions.post_withdraw, name="post-withdraw"),
    path(f"{POST}share/", post_actions.post_share, name="post-share"),
    path(f"{POST}share/<int:share_id>/end/", post_actions.post_unshare, name="post-unshare"),
    path(f"{POST}people/<int:person_id>/ask/", naming_views.naming_ask, name="naming-ask"),
    path("mail/named/<str:token>/", naming_views.naming_answer, name="naming"),
    path(f"{POST}mailing/", post_actions.mailing_progress, name="mailing-progress"),
    path(f"{POST}mailing/pause/", post_actions.mailing_pause, name="mailing-pause"),
    path(f"{POST}mailing/resume/", post_actions.mailing_resume, name="mailing-resume"),
    # The words at the end are for readers; a post whose title is called "edit" still has its own address.
    path(f"{POST}p/<slug:slug>/", post_views.post, name="post"),
    path("me/feeds/", feed_views.feed_keys, name="feed-keys"),
    path("me/feeds/renew/", feed_views.feed_key_renew, name="feed-key-renew"),
]
