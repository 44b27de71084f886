from django.apps import AppConfig


class BlogsConfig(AppConfig):
    name = "blogs"

    def ready(self) -> None:
        from blogs import erasing, exported, failing, finding, keeping_order, letting_go, writing_by_mail
        from blogs.following import KIND, find_blogs
        from cop.mail import routes
        from cop.moderation import flag_cases, sweeping
        from cop.notifications import concerning, followables, reader_data
        from cop.privacy import retention
        from cop.search import searchables
        from members import carrying_out, closing_account, exporting

        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        reader_data.held.register("blogs", erasing.READERS)
        closing_account.holdings.register("blogs", erasing.held)
        retention.rules.register_all(letting_go.RULES)
        routes.register(writing_by_mail.PURPOSE, writing_by_mail.take)
        followables.register(KIND, find_blogs)
        concerning.register("post", concerning.Telling(is_mailed=True, is_tagged=True))
        searchables.register(finding.KIND, finding.POSTS)
        flag_cases.register("post", keeping_order.POSTS)
        sweeping.register(failing.KIND, failing.SOURCES, failing.find)
