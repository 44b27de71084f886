"""What the pages of setting up say of the questions and the answers."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cop.guarding.models import Way
from cop.home.models import Need
from cop.home.set_up_forms import Facilitating, Who

LEADS: dict[str, str | Promise] = {
    "issue": _("A community comes to life around something that presses. Begin with that; the rest can wait."),
    "help": _("It opens with one tool, and a first draft in it. The others can be added when they are worth it."),
    "who": _("You can open it further later, or close it."),
    "facilitating": _("The facilitator is somebody with time and passion; often not the one who asked for it."),
    "look": _("A name that people say easily, and a colour."),
}


def lead_of(step: str) -> str | Promise:
    """Give the sentence above a question."""
    return LEADS[step]


@dataclass(frozen=True)
class Answer:
    """A question with its answer, and the step where it can be changed."""

    question: str | Promise
    words: str | Promise
    step: str


def answers_in_words(answers: dict[str, Any]) -> list[Answer]:
    """Give what was answered, as somebody reads it before the community opens."""
    facilitating = Facilitating(answers["facilitating"])
    who_else = "" if facilitating == Facilitating.ME else answers["email"]
    found = [
        Answer(_("Most pressing issue"), answers["pressing_issue"], "issue"),
        Answer(_("What would help most now"), Need(answers["need"]).label, "help"),
        Answer(_("Who it is for"), Who(answers["who"]).label, "who"),
        Answer(_("How it is protected"), Way(answers["protection"]).label, "who"),
        Answer(_("Who facilitates"), f"{facilitating.label} {who_else}".strip(), "facilitating"),
        Answer(_("Name"), answers["name"], "look"),
        Answer(_("Colour"), answers["accent"], "look"),
    ]
    if answers.get("asks_outside") and answers["need"] == Need.INFORM:
        found.insert(2, Answer(_("Beside it"), _("A help forum for outside readers"), "help"))
    return found
