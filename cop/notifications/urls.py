from django.urls import path

from cop.notifications import (
    bell_views,
    by_hand_views,
    facilitator_views,
    manage_views,
    policy_views,
    rhythm_views,
    views,
)
from cop.notifications.push import views as push_views

app_name = "notifications"

ONE = "mail/manage/<str:token>/<int:subscription_id>/"
RHYTHM = "c/<slug:community_slug>/rhythm/"
READERS = "c/<slug:community_slug>/subscribers/<slug:thing_kind>/<int:thing_id>/"

urlpatterns = [
    path("bell/", bell_views.bell, name="bell"),
    path("bell/count/", bell_views.bell_count, name="bell-count"),
    path("bell/seen/", bell_views.bell_seen, name="bell-seen"),
    path("bell/why/<int:activity_id>/", bell_views.told_explain, name="told-explain"),
    path("bell/read/", bell_views.all_read, name="all-read"),
    path("bell/worker.js", push_views.push_worker, name="push-worker"),
    path("bell/devices/add/", push_views.device_add, name="device-add"),
    path("bell/devices/renew/", push_views.device_renew, name="device-renew"),
    path("bell/devices/<int:device_id>/remove/", push_views.device_remove, name="device-remove"),
    path("bell/<slug:about_kind>/<int:about_id>/read/", bell_views.thing_read, name="thing-read"),
    path("bell/<slug:about_kind>/<int:about_id>/unread/", bell_views.thing_unread, name="thing-unread"),
    path("mail/", manage_views.my_mail, name="my-mail"),
    path("mail/subscribe/<slug:thing_kind>/<int:thing_id>/", views.subscription_ask, name="subscription-ask"),
    path("mail/subscribe/<slug:thing_kind>/<int:thing_id>/asked/", views.subscription_asked, name="subscription-asked"),
    path("mail/confirm/<str:token>/", views.subscription_confirm, name="subscription-confirm"),
    path("mail/leave/<str:token>/", views.leave, name="leave"),
    path("mail/digests/leave/<str:token>/", views.digests_leave, name="digests-leave"),
    path("mail/note/<str:token>/", by_hand_views.by_hand_answer, name="by-hand-answer"),
    path("mail/note/<str:token>/subscribe/", by_hand_views.by_hand_subscribe, name="by-hand-subscribe"),
    path("mail/note/<str:token>/leave/", by_hand_views.by_hand_leave, name="by-hand-leave"),
    path("mail/manage/<str:token>/", manage_views.manage, name="manage"),
    path("mail/manage/<str:token>/times/", manage_views.times_change, name="times-change"),
    path("mail/manage/<str:token>/pause/", manage_views.mail_pause, name="mail-pause"),
    path("mail/manage/<str:token>/resume/", manage_views.mail_resume, name="mail-resume"),
    path("mail/manage/<str:token>/reach/", manage_views.mail_reach, name="mail-reach"),
    path("mail/manage/<str:token>/leave-all/", manage_views.leave_all, name="leave-all"),
    path("mail/manage/<str:token>/stop/", manage_views.mail_stop, name="mail-stop"),
    path("mail/manage/<str:token>/allow/", manage_views.mail_allow, name="mail-allow"),
    path(f"{ONE}pace/", manage_views.subscription_pace, name="subscription-pace"),
    path(f"{ONE}leave/", manage_views.subscription_leave, name="subscription-leave"),
    path(f"{ONE}return/", manage_views.subscription_return, name="subscription-return"),
    path(f"{ONE}history/", manage_views.subscription_history, name="subscription-history"),
    path(f"{ONE}history/<int:activity_id>/", manage_views.mail_explain, name="mail-explain"),
    path(READERS, facilitator_views.subscribers, name="subscribers"),
    path(f"{READERS}add/", facilitator_views.subscribers_add, name="subscribers-add"),
    path(f"{READERS}export/", facilitator_views.subscribers_export, name="subscribers-export"),
    path(f"{READERS}why/", facilitator_views.subscribers_explain, name="subscribers-explain"),
    path(f"{READERS}by-hand/", facilitator_views.by_hand_list, name="by-hand-list"),
    path(f"{READERS}by-hand/<int:entry_id>/remove/", facilitator_views.by_hand_remove, name="by-hand-remove"),
    path("c/<slug:community_slug>/mail/", policy_views.mail_policy, name="mail-policy"),
    path(RHYTHM, rhythm_views.rhythm, name="rhythm"),
    path(f"{RHYTHM}settings/", rhythm_views.rhythm_edit, name="rhythm-edit"),
    path(f"{RHYTHM}start/", rhythm_views.rhythm_start, name="rhythm-start"),
    path(f"{RHYTHM}beats/add/", rhythm_views.beat_slot_add, name="beat-slot-add"),
    path(f"{RHYTHM}beats/<int:slot_id>/edit/", rhythm_views.beat_slot_edit, name="beat-slot-edit"),
    path(f"{RHYTHM}beats/<int:slot_id>/remove/", rhythm_views.beat_slot_remove, name="beat-slot-remove"),
    path(f"{RHYTHM}rests/add/", rhythm_views.rest_add, name="rest-add"),
    path(f"{RHYTHM}rests/<int:rest_id>/remove/", rhythm_views.rest_remove, name="rest-remove"),
    path(f"{RHYTHM}seasons/add/", rhythm_views.season_add, name="season-add"),
    path(f"{RHYTHM}seasons/<int:season_id>/edit/", rhythm_views.season_edit, name="season-edit"),
    path(f"{RHYTHM}elsewhere/", rhythm_views.beat_elsewhere, name="beat-elsewhere"),
    path(f"{RHYTHM}<int:beat_id>/happened/", rhythm_views.beat_happened, name="beat-happened"),
]
