from django.apps import AppConfig


class BlogsConfig(AppConfig):
    name = "blogs"

    def ready(self) -> None:
        from blogs import finding
        from blogs.following import KIND, find_blogs
        from cop.notifications import concerning, followables
        from cop.search import searchables

        followables.register(KIND, find_blogs)
        concerning.register("post", concerning.Telling(is_mailed=True))
        searchables.register(finding.KIND, finding.POSTS)
