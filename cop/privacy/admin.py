"""The administration's pages about persons: each look and each change is written down."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from cop.privacy import recording
from cop.privacy.models import What


class Recorded(admin.ModelAdmin[Any]):
    """Writes down who opens or changes a row about a person; `person_of` says whom it is about."""

    def person_of(self, row: Any) -> dict[str, Any]:
        """Give the account or the address that a row is about."""
        return {"about": row}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        answer = super().change_view(request, object_id, form_url, extra_context)
        row = self.get_object(request, object_id) if answer.status_code == 200 else None
        if row is not None:
            recording.record(What.SAW_ACCOUNT, by=request.user, **self.person_of(row))
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        names = ", ".join(form.changed_data)
        recording.record(What.CHANGED_ACCOUNT, by=request.user, detail=names, **self.person_of(obj))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._record_deletion(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for row in queryset:
                self._record_deletion(request, row)
            super().delete_queryset(request, queryset)

    def _record_deletion(self, request: HttpRequest, row: Any) -> None:
        detail = gettext("deleted: %(what)s") % {"what": row._meta.verbose_name}
        recording.record(What.CHANGED_ACCOUNT, by=request.user, detail=detail, **self.person_of(row))
