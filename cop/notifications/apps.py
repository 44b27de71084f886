from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "cop.notifications"
    label = "notifications"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from cop.mail import answerables, gates, outcomes
        from cop.notifications import (
            activities,
            asking,
            beat_lines,
            bouncing,
            community_digests,
            community_following,
            confirming_by_mail,
            erasing,
            exported,
            followables,
            forgetting,
            holding_back,
            letting_go,
            noting,
            personal_following,
            sections,
        )
        from cop.privacy import retention
        from members import carrying_out, closing_account, exporting, founding, inviting

        closing_account.parts.register("mail", forgetting.forget)
        founding.followers.register("activities", activities.follow_community)

        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        retention.rules.register_all(letting_go.RULES)

        gates.register("subscriptions", holding_back.kept_back)
        gates.register(community_digests.GATE, community_digests.kept_back)
        gates.register("monthly", holding_back.letters_kept_back)
        gates.register("by-hand", holding_back.notes_kept_back)
        gates.register(inviting.GATE, holding_back.invitations_kept_back)
        answerables.register(asking.ASKED_BY, confirming_by_mail.take)
        outcomes.register("subscribers", bouncing.count_failures)
        user_logged_in.connect(noting.note_unreachable, dispatch_uid="note-unreachable")
        followables.register(community_following.KIND, community_following.find_communities)
        followables.register(personal_following.KIND, personal_following.find_personal)
        sections.register("posts", beat_lines.POSTS)
        sections.register("people", beat_lines.PEOPLE)
