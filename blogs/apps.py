from django.apps import AppConfig


class BlogsConfig(AppConfig):
    name = "blogs"

    def ready(self) -> None:
        from blogs import (
            erasing,
            exported,
            failing,
            finding,
            holding,
            keeping_order,
            letting_go,
            publishing_held,
            writing_by_mail,
        )
        from blogs.following import KIND, find_blogs
        from cop.guarding import signs
        from cop.mail import routes
        from cop.moderation import flag_cases, kinds, sweeping
        from cop.notifications import concerning, followables, reader_data
        from cop.privacy import retention
        from cop.search import searchables
        from members import carrying_out, closing_account, exporting

        exporting.parts.register_all(exported.PARTS)
        carrying_out.steps.register_all(erasing.STEPS)
        reader_data.held.register("blogs", erasing.READERS)
        closing_account.holdings.register("blogs", erasing.held)
        closing_account.parts.register("blogs", holding.forget)
        retention.rules.register_all(letting_go.RULES)
        routes.register(writing_by_mail.PURPOSE, writing_by_mail.take)
        followables.register(KIND, find_blogs)
        concerning.register("post", concerning.Telling(is_mailed=True, is_tagged=True))
        searchables.register(finding.KIND, finding.POSTS)
        flag_cases.register("post", keeping_order.POSTS)
        kinds.register(holding.KIND, publishing_held.HELD)
        signs.register("blogs", holding.signs_in_posts)
        sweeping.register(failing.KIND, failing.SOURCES, failing.find)
