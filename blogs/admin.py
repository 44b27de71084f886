"""What site staff see of blogs and posts; posts are written and published on the pages, where it is told and mailed."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from blogs.finding import KIND
from blogs.following import KIND as BLOG
from blogs.models import Blog, Post
from cop.search import indexing


@admin.register(Blog)
class BlogAdmin(admin.ModelAdmin[Blog]):
    list_display = ("name", "community", "audience", "writers")
    list_filter = ("audience",)
    search_fields = ("name", "slug")
    list_select_related = ("community",)
    # Who may read it is changed in its settings, which take its story and its images along.
    readonly_fields = ("community", "slug", "audience")

    def delete_model(self, request: HttpRequest, obj: Blog) -> None:
        indexing.take_out_all(BLOG, obj.pk)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Blog]) -> None:
        for blog in queryset:
            indexing.take_out_all(BLOG, blog.pk)
        super().delete_queryset(request, queryset)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Post)
class PostAdmin(admin.ModelAdmin[Post]):
    list_display = ("title", "blog", "author", "state", "published_at")
    list_filter = ("state",)
    search_fields = ("title",)
    list_select_related = ("blog", "author")
    show_full_result_count = False
    fields = ("title", "blog", "author", "state", "publish_at", "published_at", "version", "body")

    def delete_model(self, request: HttpRequest, obj: Post) -> None:
        indexing.take_out(KIND, obj.pk)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> None:
        indexing.take_out(KIND, *queryset.values_list("pk", flat=True))
        super().delete_queryset(request, queryset)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        return False
