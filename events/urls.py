from django.urls import path

from events import (
    answer_views,
    event_views,
    feed_views,
    host_views,
    import_views,
    list_views,
    poll_views,
)

app_name = "events"
EVENTS = "c/<slug:community_slug>/events/"
EVENT = f"{EVENTS}<int:event_id>/"
OCCURRENCE = f"{EVENT}<int:occurrence_id>/"
POLLS = f"{EVENTS}dates/"
POLL = f"{POLLS}<int:poll_id>/"

urlpatterns = [
    path(EVENTS, list_views.events, name="events"),
    path(f"{EVENTS}month/<int:year>/<int:month>/", list_views.month, name="month"),
    path(f"{EVENTS}week/<int:year>/<int:week>/", list_views.week, name="week"),
    path("my/events/", list_views.mine, name="mine"),
    path("my/events/month/<int:year>/<int:month>/", list_views.my_month, name="my-month"),
    path("my/events/week/<int:year>/<int:week>/", list_views.my_week, name="my-week"),
    path("my/events/answers/", list_views.my_answers, name="my-answers"),
    path("my/events/reminders/", list_views.reminders_choose, name="reminders-choose"),
    path("my/events/address/", list_views.calendar_key_renew, name="calendar-key-renew"),
    # Calendars for programs
    path("c/<slug:community_slug>/events.ics", feed_views.community_calendar, name="community-calendar"),
    path("calendar/<str:key>.ics", feed_views.my_calendar, name="my-calendar"),
    path(f"{OCCURRENCE}event.ics", feed_views.occurrence_file, name="occurrence-file"),
    # Scheduling
    path(f"{EVENTS}add/", event_views.event_add, name="event-add"),
    path(f"{EVENTS}settings/", event_views.calendar_edit, name="calendar-edit"),
    path(f"{EVENTS}import/", import_views.calendar_import, name="calendar-import"),
    path(f"{EVENTS}import/<int:source_id>/read/", import_views.calendar_read, name="calendar-read"),
    path(f"{EVENTS}import/<int:source_id>/remove/", import_views.calendar_remove, name="calendar-remove"),
    path(f"{EVENT}", event_views.event, name="event"),
    path(f"{EVENT}edit/", event_views.event_edit, name="event-edit"),
    path(f"{EVENT}publish/", event_views.event_publish, name="event-publish"),
    path(f"{EVENT}cancel/", event_views.event_cancel, name="event-cancel"),
    path(f"{EVENT}reinstate/", event_views.event_reinstate, name="event-reinstate"),
    path(f"{EVENT}delete/", event_views.event_delete, name="event-delete"),
    path(f"{OCCURRENCE}", event_views.occurrence, name="occurrence"),
    path(f"{OCCURRENCE}edit/", event_views.occurrence_edit, name="occurrence-edit"),
    path(f"{OCCURRENCE}edit-following/", event_views.following_edit, name="following-edit"),
    path(f"{OCCURRENCE}cancel/", event_views.occurrence_cancel, name="occurrence-cancel"),
    path(f"{OCCURRENCE}reinstate/", event_views.occurrence_reinstate, name="occurrence-reinstate"),
    # Answering
    path(f"{OCCURRENCE}answer/", answer_views.occurrence_answer, name="occurrence-answer"),
    path(f"{OCCURRENCE}ask/", answer_views.answer_ask, name="answer-ask"),
    path("answer/<str:token>/<int:occurrence_id>/", answer_views.answer_by_mail, name="answer-by-mail"),
    path(f"{OCCURRENCE}reminders/", answer_views.reminders_keep, name="reminders-keep"),
    path(f"{OCCURRENCE}took/", answer_views.took_write, name="took-write"),
    path(f"{OCCURRENCE}talk/", event_views.occurrence_talk, name="occurrence-talk"),
    # Hosting
    path(f"{OCCURRENCE}people/", host_views.attendance, name="attendance"),
    path(f"{OCCURRENCE}people/<int:rsvp_id>/tick/", host_views.rsvp_tick, name="rsvp-tick"),
    path(f"{OCCURRENCE}people/<int:rsvp_id>/seat/", host_views.rsvp_seat, name="rsvp-seat"),
    path(f"{OCCURRENCE}people/<int:rsvp_id>/unseat/", host_views.rsvp_unseat, name="rsvp-unseat"),
    path(f"{OCCURRENCE}people/add/", host_views.walk_in_add, name="walk-in-add"),
    path(f"{OCCURRENCE}notes/", host_views.occurrence_notes, name="occurrence-notes"),
    path(f"{OCCURRENCE}here/<str:key>/", host_views.check_in, name="check-in"),
    # Finding a date
    path(f"{POLLS}add/", poll_views.poll_add, name="poll-add"),
    path(POLL, poll_views.poll, name="poll"),
    path(f"{POLL}vote/", poll_views.poll_vote, name="poll-vote"),
    path(f"{POLL}choose/<int:proposal_id>/", poll_views.poll_choose, name="poll-choose"),
    path(f"{POLL}close/", poll_views.poll_close, name="poll-close"),
]
