from django.urls import path

from discussions import (
    action_views,
    composing_views,
    following_views,
    forum_views,
    held_views,
    help_views,
    tag_views,
    topic_views,
)
from discussions.archives import views as archive_views

app_name = "discussions"

COMMUNITY = "c/<slug:community_slug>/"
FORUM = f"{COMMUNITY}forums/<slug:forum_slug>/"
TOPIC = f"{COMMUNITY}t/<int:topic_id>/"
REPLY = "r/<int:reply_id>/"

urlpatterns = [
    path("waiting/<int:held_id>/", held_views.held, name="held"),
    path("waiting/<int:held_id>/take-back/", held_views.held_take_back, name="held-take-back"),
    path(f"{COMMUNITY}discussions/", forum_views.discussions, name="discussions"),
    path(f"{COMMUNITY}discussions/deleted/", forum_views.topics_deleted, name="topics-deleted"),
    path(f"{COMMUNITY}discussions/export.<str:form>", archive_views.community_export, name="community-export"),
    path(f"{COMMUNITY}tags/", tag_views.tags_suggest, name="tags-suggest"),
    path(f"{COMMUNITY}tags/<str:tag_slug>/follow/", tag_views.tag_follow, name="tag-follow"),
    path(f"{COMMUNITY}forums/add/", forum_views.forum_add, name="forum-add"),
    path(FORUM, forum_views.forum, name="forum"),
    path(f"{FORUM}edit/", forum_views.forum_edit, name="forum-edit"),
    path(f"{FORUM}follow/", following_views.forum_follow, name="forum-follow"),
    path(f"{FORUM}set/", forum_views.forum_set, name="forum-set"),
    path(f"{FORUM}import/", archive_views.imports, name="imports"),
    path(f"{FORUM}import/<int:import_id>/", archive_views.import_show, name="import"),
    path(f"{FORUM}import/<int:import_id>/set/", archive_views.import_set, name="import-set"),
    path(f"{FORUM}export.<str:form>", archive_views.export, name="forum-export"),
    path(f"{FORUM}start/", forum_views.topic_add, name="topic-add"),
    path(f"{FORUM}ask/", help_views.help_ask, name="help-ask"),
    path("help/<str:token>/", help_views.help_confirm, name="help-confirm"),
    path(f"{FORUM}similar/", composing_views.topics_similar, name="topics-similar"),
    path(f"{FORUM}people/", composing_views.forum_people, name="forum-people"),
    path(f"{TOPIC}reply/", topic_views.reply_add, name="reply-add"),
    path(f"{TOPIC}reply/<int:parent_id>/", topic_views.reply_add, name="reply-below"),
    path(f"{TOPIC}people/", composing_views.topic_people, name="topic-people"),
    path(f"{TOPIC}unread/", topic_views.topic_unread, name="topic-unread"),
    path(f"{TOPIC}read/", topic_views.topic_read, name="topic-read"),
    path(f"{TOPIC}new/", topic_views.topic_new, name="topic-new"),
    path(f"{TOPIC}follow/", following_views.topic_follow, name="topic-follow"),
    path(f"{TOPIC}me-too/", action_views.topic_same_question, name="topic-same-question"),
    path(f"{TOPIC}could-help/", help_views.could_help, name="could-help"),
    path(f"{TOPIC}set/", action_views.topic_set, name="topic-set"),
    path(f"{TOPIC}bring-back/", action_views.topic_bring_back, name="topic-bring-back"),
    path(f"{TOPIC}rename/", action_views.topic_rename, name="topic-rename"),
    path(f"{TOPIC}move/", action_views.topic_move, name="topic-move"),
    path(f"{TOPIC}slow/", action_views.topic_slow, name="topic-slow"),
    path(f"{TOPIC}merge/", action_views.topic_merge, name="topic-merge"),
    path(f"{TOPIC}summary/", action_views.topic_summarise, name="topic-summarise"),
    path(f"{TOPIC}adopt/", archive_views.topic_adopt, name="topic-adopt"),
    path(f"{TOPIC}export.<str:form>", archive_views.topic_export, name="topic-export"),
    path(f"{TOPIC}<slug:slug>/", topic_views.topic, name="topic"),
    path(REPLY, topic_views.reply, name="reply"),
    path(f"{REPLY}edit/", topic_views.reply_edit, name="reply-edit"),
    path(f"{REPLY}history/", topic_views.reply_history, name="reply-history"),
    path(f"{REPLY}delete/", action_views.reply_delete, name="reply-delete"),
    path(f"{REPLY}hide/", action_views.reply_hide, name="reply-hide"),
    path(f"{REPLY}split/", action_views.reply_split, name="reply-split"),
    path(f"{REPLY}thank/", action_views.reply_thank, name="reply-thank"),
    path(f"{REPLY}thanks/", action_views.reply_thanks, name="reply-thanks"),
    path(f"{REPLY}accept/", action_views.reply_accept, name="reply-accept"),
    path(f"{REPLY}keep/", action_views.bookmark_edit, name="bookmark-edit"),
    path("m/<path:message_id>", archive_views.message, name="message"),
    path("archives/claim/", archive_views.claim, name="claim"),
    path("bookmarks/", action_views.bookmarks, name="bookmarks"),
    path("drafts/<str:place>/", topic_views.draft_keep, name="draft-keep"),
]
