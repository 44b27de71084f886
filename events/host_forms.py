"""Choosing the hosts of an event: ticked among a few, or named where a community has many members."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.models import Community, Membership, User
from members.profiling import listed

HOSTS_SHOWN = 30


class HostsForm(forms.Form):
    """Who hosts something: members of its community."""

    hosts = forms.MultipleChoiceField(label=_("Hosts"), required=False, widget=forms.CheckboxSelectMultiple)
    more_hosts = forms.CharField(
        label=_("Other hosts, by name"), required=False, max_length=300,
        help_text=_("Members of this community, parted by commas."),
    )  # fmt: skip

    def __init__(self, *args: Any, community: Community, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.community = community
        members = Membership.objects.active().filter(community=community)
        near = list(members.values_list("user", flat=True)[: HOSTS_SHOWN + 1])
        if len(near) <= HOSTS_SHOWN:
            del self.fields["more_hosts"]
        else:
            near = list(members.facilitating().values_list("user", flat=True)[:HOSTS_SHOWN])
        given = cast("QueryDict", self.data).getlist("hosts") if self.is_bound else []
        ticked = [int(pk) for pk in given[: 2 * HOSTS_SHOWN] if pk.isdecimal() and len(pk) < 19]
        self._show_hosts([*near, *ticked, *(self.initial.get("hosts") or [])])

    def _members(self) -> QuerySet[User]:
        members = Membership.objects.active().filter(community=self.community)
        return User.objects.filter(pk__in=members.values("user"), is_active=True)

    def _show_hosts(self, ids: list[int]) -> None:
        """Let the members among `ids` be ticked."""
        people = self._members().filter(pk__in=ids).select_related("organisation").order_by("display_name")
        field = cast("forms.MultipleChoiceField", self.fields["hosts"])
        field.choices = [(str(one.pk), _name_of(one)) for one in people]
        self.shown_hosts = [one.pk for one in people]

    def clean_hosts(self) -> list[User]:
        return list(self._members().filter(pk__in=self.cleaned_data["hosts"]))

    def clean_more_hosts(self) -> list[User]:
        found: list[User] = []
        names = [part.strip() for part in self.cleaned_data["more_hosts"].split(",") if part.strip()]
        for name in names[:HOSTS_SHOWN]:
            same = list(listed(self._members().filter(display_name__iexact=name))[:HOSTS_SHOWN])
            if not same:
                raise forms.ValidationError(_("Nobody here is called “%(name)s”.") % {"name": name})
            if len(same) > 1:
                self._show_hosts([*self.shown_hosts, *(one.pk for one in same)])
                raise forms.ValidationError(
                    _("Several people here are called “%(name)s”: tick the right one above.") % {"name": name}
                )
            found += same
        return found


def _name_of(person: User) -> str:
    return f"{person.display_name} · {person.organisation.name}" if person.organisation else person.display_name
