"""Words by which mail programs give away what is quoted or signed, in the languages that people write to us in."""

import re

# "On … Ana wrote:": the verb, wherever it stands.
WROTE = (
    "wrote|writes|said|a écrit|écrit|schrieb|schreef|skrev|skrifaði|kirjoitti|escribió|escribio|escreveu|"
    "ha scritto|scrisse|"
    "ha escrit|napisał|napisała|napisał\\(a\\)|napsal|napsala|napísal|написал|написала|пишет|пише|написав|написала|"
    "писал|ír[ta]a|írta|yazdı|şunu yazdı|έγραψε|a scris|je napisao|je napisala|je rekao|"
    "写道|寫道|작성|のメール|書きました|"
    "đã viết|menulis|geschreven"
)
VERB = re.compile(rf"(?<![^\W\d_])(?:{WROTE})(?![^\W\d_])", re.IGNORECASE)

# How a line that announces a quotation begins, where it begins with a word.
OPENERS = (
    "On|Am|Le|El|Il giorno|Il|In data|Em|Den|Op|W dniu|Dnia|Dne|Dňa|På|Tarihinde|Dana|Στις|La|Em|Pe|Vào|Pada|Em|Kl|"
    "Na|В|Mon|Tue|Wed|Thu|Fri|Sat|Sun|lun|mar|mer|jeu|ven|sam|dim|tir|ons|tor|fre|lør|søn|man|вс|пн|вт|ср|чт|пт|сб"
)
OPENER = re.compile(rf"[-_ ]*(?:(?:{OPENERS})(?![^\W\d_])|[^\W\d_]+day,|\d|在)", re.IGNORECASE)

# Headers above a quoted mail (Outlook and its like).
_SENDER = (
    "From|Von|De|Da|Van|Fra|Från|Od|От|Від|Lähettäjä|Kimden|Από|Feladó|发件人|發件人|寄件者|差出人|보낸 사람|Reply-To"
)
_OTHER = (
    "Sent|Date|To|Cc|Bcc|Subject|Gesendet|Datum|An|Betreff|Kopie|Envoyé(?: le)?|À|A|Objet|Enviado(?: el| em)?|"
    "Fecha|Para|"
    "Asunto|Assunto|Data|Inviato|Oggetto|Risposta|Verzonden|Aan|Onderwerp|Sendt|Dato|Til|Emne|Skickat|Till|"
    "Ämne|Lähetetty|"
    "Vastaanottaja|Aihe|Wysłano|Do|Temat|Odesláno|Komu|Předmět|Отправлено|Дата|Кому|Копия|Тема|Дата|Надіслано|"
    "Gönderildi|"
    "Kime|Konu|Στάλθηκε|Προς|Θέμα|Elküldve|Címzett|Tárgy|发送时间|收件人|主题|日期|抄送|寄件日期|收件者|主旨|送信日時|宛先|件名|Importance"
)
SENDER = re.compile(rf"[>|*\s]*(?:{_SENDER})\s?[:：]\**(?:\s|\S)", re.IGNORECASE)
HEADER = re.compile(rf"[>|*\s]*(?:{_SENDER}|{_OTHER})\s?[:：]", re.IGNORECASE)

# "-----Original Message-----" and "Begin forwarded message:".
_ORIGINAL = (
    "original message|original appointment|forwarded message|forwarded by|reply above|mensaje original|"
    "mensaje reenviado|"
    "mensagem original|mensagem encaminhada|message d['’]origine|message original|message transféré|message transmis|"
    "ursprüngliche nachricht|originalnachricht|weitergeleitete nachricht|messaggio originale|messaggio inoltrato|"
    "oorspronkelijk bericht|doorgestuurd bericht|oprindelig besked|oprindelig meddelelse|opprinnelig melding|"
    "videresendt melding|ursprungligt meddelande|vidarebefordrat meddelande|originalmeddelande|alkuperäinen viesti|"
    "wiadomość oryginalna|oryginalna wiadomość|původní zpráva|исходное сообщение|пересылаемое сообщение|"
    "оригинальное сообщение|özgün ileti|原始邮件|原始郵件|转发邮件|元のメッセージ|원본 메일"
)
ORIGINAL = re.compile(
    rf"[>|\s]*(?:[-_=*]{{2,}}\s*(?:{_ORIGINAL}).{{0,60}}[-_=*]{{2,}}|begin forwarded message:)\s*$", re.IGNORECASE
)

# What a device or a program signs with, alone on a line.
_DEVICE = (
    r"sent (?:from|via|with|by|on|using) .{2,60}",
    r"sent from .{2,30}(?:please |excuse |sorry ).{2,60}",
    r"(?:from|von|de) my (?:iphone|ipad|mobile|phone|android).{0,20}",
    r"get \[?outlook(?: f[oü]r \w+)?.{0,60}",
    r"[\w .]{2,30} from mobile",
    r"envoyé (?:depuis|de|à partir d).{2,60}",
    r"télécharger outlook.{0,60}",
    r"(?:gesendet|diese nachricht wurde) (?:von|mit|vom|über) .{2,80}",
    r"von (?:meinem|unterwegs).{0,60}gesendet",
    r"holen sie sich outlook.{0,60}",
    r"verzonden (?:met|vanaf|via|vanuit) .{2,60}",
    r"sendt fra .{2,60}",
    r"(?:skickat|skickad) från .{2,60}",
    r"lähetetty .{2,60}",
    r"enviado (?:desde|de|do|pelo|a partir d|con) .{2,60}",
    r"obtener outlook.{0,60}",
    r"inviato da(?:l|lla|ll')? ?.{2,60}",
    r"(?:wysłano|wysłane) z .{2,60}",
    r"odesláno z.{2,60}",
    r"отправлено (?:с|из) .{2,60}",
    r"надіслано (?:з|із) .{2,60}",
    r".{0,20}iphone.{0,10}gönderildi",
    r"[從从]我的.{2,30}[傳传发發]送",
    r"发自我的.{2,30}",
    r"(?:iphone|ipad|android).{0,6}から送信",
    r"나의 .{2,20}에서 보냄",
)
DEVICE = re.compile(rf"[\s<(\[*_]*(?:{'|'.join(_DEVICE)})[\s>)\]*_.!]*$", re.IGNORECASE)

# The words above a name and whatever the writer's office put below it.
CLOSING = re.compile(
    r"(?:(?:kind|best|warm|with (?:kind|best)|many)?\s*(?:regards|wishes|greetings)|sincerely(?: yours)?|"
    r"yours (?:sincerely|truly)|"
    r"mit (?:freundlichen|besten|herzlichen|lieben) grüßen|(?:freundliche|beste|viele|liebe|herzliche) grüße|mfg|"
    r"cordialement|bien (?:cordialement|à vous)|(?:atentamente|saludos(?: cordiales)?|un saludo)|"
    r"(?:cordiali|distinti) saluti|atenciosamente|(?:met )?vriendelijke groeten?|med vänliga hälsningar|"
    r"(?:med )?venlig hilsen|"
    r"med vennlig hilsen|с уважением|з повагою|z poważaniem)\s*[,.!]?\s*$",
    re.IGNORECASE,
)

# What only lawyers, scanners and lists add below; two of them in a last paragraph give it away.
DISCLAIMER = re.compile(
    r"confidential|privileged|intended (?:only |solely )?(?:for|recipient)|addressee|if you (?:are not|"
    r"have received)|in error|"
    r"disclos|vertraulich|irrtümlich|empfänger bestimmt|confidentiel|destinataire|par erreur|confidencial|"
    r"destinatario|por error|"
    r"riservat|destinatari|per errore|analizzato|vertrouwelijk|geadresseerde|fortrolig|конфиденциальн|"
    r"virus|scanned by|think of the environment|before printing",
    re.IGNORECASE,
)
