"""Mail that no person wrote: answering machines, reports, lists, our own coming back. Never posted, never answered."""

import re
from email.message import Message

from django.conf import settings
from django.utils.translation import gettext as _

from cop.mail import own_addresses
from cop.mail.arriving import header, sender_of
from cop.mail.composing import address_of

MOST_HOPS = 60
ROBOTS = re.compile(
    r"(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|auto-?reply)(?:[+-][^@]*)?@", re.IGNORECASE
)
# Where a program forgets to say so, the subject of an answering machine does, in its owner's language.
SUBJECTS = re.compile(
    r"\s*(?:(?:re|aw|sv|antw|tr|vs)\s*:\s*)?\W{0,3}(?:"
    r"auto(?:matic(?:ally generated)?)?[ -]?(?:reply|response|answer)\b|auto\s?:|autoreply|auto-?responder|"
    r"out[ -]of[ -](?:the[ -])?office|"
    r"away from (?:the|my) (?:office|mail|desk)|on (?:vacation|holiday|leave)\b|"
    r"vacation (?:reply|notice|message)|ooo\s?:|"
    r"abwesenheits|automatische (?:antwort|nachricht)|autom\. antwort|abwesend|ich bin (?:nicht|derzeit)|"
    r"réponse automatique|absence du bureau|absent(?:e)? du bureau|message d['’]absence|"
    r"respuesta autom[aá]tica|fuera de la oficina|ausente de la oficina|"
    r"risposta automatica|fuori (?:ufficio|sede)|assente dall|"
    r"resposta autom[aá]tica|aus[eê]ncia tempor[aá]ria|fora do escrit[oó]rio|"
    r"automatisch antwoord|automatische beantwoording|afwezig|niet aanwezig|"
    r"automatiskt? svar|autosvar|frånvaro|fravær|ikke til stede|ej på kontoret|"
    r"automaattinen vastaus|poissa(?:olo| toimistosta)|"
    r"automatyczna odpowied|odpowied. automatyczna|poza biurem|nieobecno|"
    r"automatick[aáé] odpov|mimo kancel|nepřítomn|"
    r"automatikus válasz|házon kívül|"
    r"автоматический ответ|автоответ|отсутствие|вне офиса|автоматична відповідь|"
    r"otomatik (?:yanıt|cevap)|ofis dışında|αυτόματη απάντηση|εκτός γραφείου|răspuns automat|automatski odgovor|"
    r"自动(?:回复|答复)|自動(?:回覆|返信|応答)|不在(?:通知|のお知らせ)|자동 ?(?:회신|응답)|부재중|"
    r"trả lời tự động|balasan otomatis"
    r")",
    re.IGNORECASE,
)


def why_automatic(message: Message, *, envelope_sender: str | None = None) -> str:
    """Give the reason for which a mail counts as written by no person; empty for a person's."""
    return _own(message) or _by_headers(message, envelope_sender) or _by_words(message)


def _own(message: Message) -> str:
    if (
        header(message, "X-Loop").lower() == settings.SITE_HOST.lower()
        or header(message, "X-Cop-Site") == settings.SITE_HOST
    ):
        return _("It is a mail of ours that came back.")
    sender = sender_of(message)
    if sender and (sender == address_of(settings.DEFAULT_FROM_EMAIL).lower() or own_addresses.read(sender)):
        return _("It says it comes from ourselves.")
    if len(message.get_all("Received", [])) > MOST_HOPS:
        return _("It goes round in circles.")
    return ""


def _by_headers(message: Message, envelope_sender: str | None) -> str:
    if envelope_sender == "" or header(message, "Return-Path") == "<>":
        return _("It has no sender to be answered: a report, or an answering machine.")
    submitted = header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    if submitted and submitted != "no":
        return _("It says that a program wrote it (Auto-Submitted).")
    if message.get_content_type() == "multipart/report" or message.get("X-Failed-Recipients"):
        return _("It is a report about another mail.")
    for name in (
        "X-Autoreply",
        "X-Autorespond",
        "X-Autoresponder",
        "X-Auto-Reply",
        "X-AutoReply-From",
        "X-Mail-Autoreply",
    ):
        if header(message, name).lower() not in ("", "no", "false"):
            return _("It says that a program wrote it.")
    if header(message, "Precedence").lower() in ("auto_reply", "auto-reply", "bulk", "junk"):
        return _("It says that it went to many, or that a program wrote it (Precedence).")
    return ""


def _by_words(message: Message) -> str:
    if ROBOTS.match(sender_of(message)):
        return _("Its sender is a program.")
    subject = header(message, "Subject")[:300]
    if SUBJECTS.match(subject):
        return _("Its subject is that of an answering machine.")
    return ""
