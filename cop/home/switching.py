"""Adding a tool to a community, and hiding one; nothing in it is ever deleted by that."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.errors import Refused
from cop.home import first_drafts
from members.models import Community, Tool, User

WORTH_IT: dict[Tool, str | Promise] = {
    Tool.DISCUSSIONS: gettext_lazy("Worth it when people ask each other the same questions in private."),
    Tool.BLOGS: gettext_lazy("Worth it when others, outside too, should hear what you found, by mail or on the web."),
    Tool.EVENTS: gettext_lazy("Worth it when you meet, or would if somebody set a date."),
}


@dataclass(frozen=True)
class ToolLine:
    """A tool, when it is worth adding, and whether it is on."""

    name: str
    label: str
    worth_it: str | Promise
    is_on: bool


def tools_of(community: Community) -> list[ToolLine]:
    """Give all tools, those that are on first."""
    lines = [ToolLine(tool.value, str(tool.label), WORTH_IT[tool], tool in community.tools) for tool in Tool]
    return sorted(lines, key=lambda line: not line.is_on)


def add(community: Community, tool: str, *, by: User) -> bool:
    """Switch a tool on, with a first draft in it where it holds nothing; tell whether it was off."""
    is_new = _switch(community, tool, is_on=True)
    if is_new:
        first_drafts.draft(community, tool, by=by)
    return is_new


def hide(community: Community, tool: str) -> bool:
    """Switch a tool off; tell whether it was on. Raises Refused for the last one."""
    return _switch(community, tool, is_on=False)


def _switch(community: Community, tool: str, *, is_on: bool) -> bool:
    if tool not in Tool:
        raise Refused(_("Choose one of the tools."))
    with transaction.atomic():
        row = Community.objects.select_for_update(no_key=True).get(pk=community.pk)
        if (tool in row.tools) == is_on:
            return False
        row.tools = [*row.tools, tool] if is_on else [name for name in row.tools if name != tool]
        if not row.tools:
            raise Refused(_("Keep one tool: with none, nothing can happen here. To end it, close the community."))
        row.save(update_fields=["tools", "updated_at"])
    return True
