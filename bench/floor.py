"""The floor of the page benchmark: the least that a Django page with a list in it costs.

One view, twenty rows by one PostgreSQL query, one small template; served by gunicorn (1 worker, 4 threads).
"""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from environs import Env

ROWS = 20

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {**Env().dj_db_url("FLOOR_DATABASE_URL"), "CONN_MAX_AGE": 60}},
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {
                            "floor.html": "<!doctype html><title>Floor</title><ul>{% for row in rows %}"
                            "<li><a href='/{{ row.pk }}/'>{{ row.title }}</a> {{ row.text }}</li>{% endfor %}</ul>"
                        },
                    )
                ]
            },
        }
    ],
)
django.setup()


class Row(models.Model):
    """A row of the list."""

    title = models.CharField(max_length=80)
    text = models.TextField()

    class Meta:
        app_label = "floor"
        db_table = "bench_floor_row"


def rows(request: HttpRequest) -> HttpResponse:
    """Show twenty rows."""
    return render(request, "floor.html", {"rows": Row.objects.order_by("-pk")[:ROWS]})


def fill() -> None:
    """Make the table afresh, with twice as many rows as are shown."""
    with connection.schema_editor() as editor:
        if Row._meta.db_table in connection.introspection.table_names():
            editor.delete_model(Row)
        editor.create_model(Row)
    Row.objects.bulk_create([Row(title=f"Row {number}", text="word " * 30) for number in range(2 * ROWS)])


urlpatterns = [path("", rows)]
application = get_wsgi_application()

if os.environ.get("FLOOR_FILL"):
    fill()
