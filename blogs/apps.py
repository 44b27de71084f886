from django.apps import AppConfig


class BlogsConfig(AppConfig):
    name = "blogs"

    def ready(self) -> None:
        from blogs.following import KIND, find_blogs
        from cop.notifications import followables

        followables.register(KIND, find_blogs)
