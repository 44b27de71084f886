"""Settings: complete on a laptop without one variable, safe in production; docs/operating.md lists each variable.

Without SECRET_KEY this is a *development* site: SQLite and an embedded Valkey below `var/`, mail caught in a mailbox
page, served on the loopback address alone. With SECRET_KEY it is a production site, and `check --deploy` names what
is missing.
"""

from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env
from environs import validate as checked
from redis.backoff import NoBackoff
from redis.retry import Retry

from cop.base.development import kept_secret, short_socket_path
from cop.base.links import origin_of
from cop.base.logs import without_tokens

# Forms and admin classes name their model in brackets, for the type checker.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

VAR = Path(env.str("VAR_DIR", str(BASE_DIR / "var")))
VAR.mkdir(parents=True, exist_ok=True)

# --- What kind of site this is -----------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY", "")
IS_DEVELOPMENT = not SECRET_KEY
if IS_DEVELOPMENT:
    SECRET_KEY = kept_secret(VAR / "secret_key")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
DEBUG = env.bool("DEBUG", False)

# By what push services know this site: a private key of theirs (RFC 8292) in base64, else one that is made here once.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", "") or kept_secret(VAR / "vapid_key")

SITE_NAME = env.str("SITE_NAME", "Communities of Practice")
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
SITE_IS_SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [SITE_HOST, "localhost", "127.0.0.1"] if IS_DEVELOPMENT else [SITE_HOST])
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# How many proxies that we trust stand in front: 0 believes no X-Forwarded-For at all.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)

# --- Apps, from the ground up -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "cop.base",
    "cop.privacy",
    "cop.markup",
    "cop.mail",
    "members",
    "cop.files",
    "cop.notifications",
    "cop.search",
    "cop.agreements",
    "cop.guarding",
    "cop.moderation",
    "discussions",
    "cop.letters",
    "blogs",
    "events",
    "cop.home",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "taggit",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "django_htmx",
    "django_structlog",
    "anymail",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "cop.base.plain_http.SecretsInTheOpenMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "cop.base.headers.HeadersMiddleware",
    "cop.base.methods.KnownMethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cop.base.flooding.FloodMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "members.middleware.ReaderMiddleware",
    "members.second_step.SecondStepMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
]

ROOT_URLCONF = "cop.urls"
WSGI_APPLICATION = "cop.wsgi.application"
FORM_RENDERER = "cop.base.forms.Renderer"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cop.base.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "cop.base.templatetags.cop"],
        },
    },
]

# --- Data ---------------------------------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR / 'db.sqlite3'}"),
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE makes every atomic() a writer that waits its turn instead of failing half-way with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-8000;"
        "PRAGMA journal_size_limit=27103364;PRAGMA temp_store=MEMORY;",
    }
elif DATABASE_POOL := env.int("DATABASE_POOL", 0):
    # At most so many connections for each process: for a server with fewer connections to give than we have threads.
    pool = {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10}
    DATABASES["default"]["OPTIONS"] = {**DATABASES["default"].get("OPTIONS", {}), "pool": pool}
else:
    # A connection kept by each thread is the quickest: web processes have few threads, so they are few.
    DATABASES["default"]["ENGINE"] = "cop.base.postgresql"
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Without REDIS_URL `manage.py up` starts a Valkey of our own on this socket: one code path for laptop and cluster.
REDIS_URL = env.str("REDIS_URL", "")
VALKEY_SOCKET = short_socket_path(VAR)
CACHES = {
    "default": {
        "BACKEND": "cop.base.counting.CountingCache",
        "LOCATION": REDIS_URL or f"unix://{VALKEY_SOCKET}?db=1",
        "KEY_PREFIX": "cop",
        # By itself the client tries for seconds at each command; no page waits so long for what it can do without.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 2, "retry": Retry(NoBackoff(), 1)},
    },
    # Parts of pages, kept by each process under keys that change when what they show does.
    "parts": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}},
}
# Messages travel in a cookie of their own: saying "done" to a visitor starts no session.
MESSAGE_STORAGE = "cop.base.cookies.MessageStorage"
SESSION_ENGINE = "members.recognising"

# --- Background work ----------------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{VALKEY_SOCKET}?virtual_host=0"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task: else the broker hands a running task out a second time.
    "visibility_timeout": 600,
    "unacked_restore_interval": 30,
    "unacked_restore_throttle": 1,
    "health_check_interval": 10,
    "socket_connect_timeout": 5,
}
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 3, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "cop.mail.tasks.*": {"queue": "mail"},
    "blogs.tasks.collect_*": {"queue": "slow"},
    "discussions.tasks.run_imports": {"queue": "slow"},
    "events.tasks.collect_*": {"queue": "slow"},
    "members.tasks.make_exports": {"queue": "slow"},
    "members.tasks.carry_out_closings": {"queue": "slow"},
}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat")
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # What a bell that got lost would have rung; and what is due by the clock.
    "publish-due-posts": {"task": "blogs.tasks.publish_due", "schedule": 60, "options": {"expires": 60}},
    "ask-after-commitments": {
        "task": "cop.agreements.tasks.ask_after_commitments",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "tell-of-proposals": {
        "task": "cop.agreements.tasks.tell_of_proposals",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "tell-of-moderation": {"task": "cop.moderation.tasks.tell_due", "schedule": 60, "options": {"expires": 60}},
    "send-daily-care": {"task": "cop.moderation.tasks.send_daily", "schedule": 60, "options": {"expires": 60}},
    "look-for-care": {"task": "cop.moderation.tasks.look_for_care", "schedule": 3600, "options": {"expires": 3600}},
    "collect-mail": {"task": "cop.mail.tasks.collect_mail", "schedule": 60, "options": {"expires": 55}},
    "handle-incoming": {"task": "cop.mail.tasks.handle_incoming", "schedule": 60, "options": {"expires": 60}},
    "send-due-mail": {"task": "cop.mail.tasks.send_due", "schedule": 60, "options": {"expires": 60}},
    "collect-due-sources": {"task": "blogs.tasks.collect_due", "schedule": 60, "options": {"expires": 55}},
    "welcome-newcomers": {"task": "cop.home.tasks.welcome_newcomers", "schedule": 60, "options": {"expires": 60}},
    "write-letters": {"task": "cop.moderation.tasks.write_letters", "schedule": 60, "options": {"expires": 60}},
    "send-monthly-letters": {
        "task": "cop.notifications.tasks.send_monthly_letters",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
    "send-invitations": {"task": "members.tasks.send_invitations", "schedule": 60, "options": {"expires": 60}},
    "carry-out-closings": {
        "task": "members.tasks.carry_out_closings",
        "schedule": 60,
        "options": {"expires": 55},
    },
    "make-exports": {"task": "members.tasks.make_exports", "schedule": 60, "options": {"expires": 55}},
    "readmit-members": {"task": "members.tasks.readmit_due", "schedule": 600, "options": {"expires": 600}},
    "call-staff": {"task": "members.tasks.call_staff", "schedule": 1800, "options": {"expires": 1800}},
    "remind-facilitators": {
        "task": "cop.moderation.tasks.remind_facilitators",
        "schedule": 1800,
        "options": {"expires": 1800},
    },
    "look-after-hand-overs": {
        "task": "cop.home.tasks.look_after_hand_overs",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "ask-after-issues": {"task": "cop.home.tasks.ask_after_issues", "schedule": 3600, "options": {"expires": 3600}},
    "answer-requests": {"task": "cop.notifications.tasks.answer_requests", "schedule": 60, "options": {"expires": 60}},
    "hold-to-ceilings": {
        "task": "cop.notifications.tasks.hold_to_ceilings",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "notify-people": {"task": "cop.notifications.tasks.notify_people", "schedule": 60, "options": {"expires": 60}},
    "send-pushes": {"task": "cop.notifications.tasks.send_pushes", "schedule": 60, "options": {"expires": 60}},
    "look-over-files": {"task": "cop.files.tasks.look_over_files", "schedule": 300, "options": {"expires": 300}},
    "send-digests": {"task": "cop.notifications.tasks.send_digests", "schedule": 60, "options": {"expires": 60}},
    "begin-beats": {"task": "cop.notifications.tasks.begin_beats", "schedule": 60, "options": {"expires": 60}},
    "tell-followers": {"task": "discussions.tasks.tell_followers", "schedule": 60, "options": {"expires": 60}},
    "run-imports": {"task": "discussions.tasks.run_imports", "schedule": 60, "options": {"expires": 55}},
    "remind-of-bookmarks": {
        "task": "discussions.tasks.remind_of_bookmarks",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "send-notes": {"task": "cop.notifications.tasks.send_notes", "schedule": 60, "options": {"expires": 60}},
    "remind-waiting": {"task": "cop.notifications.tasks.remind_waiting", "schedule": 600, "options": {"expires": 600}},
    "tell-answers": {"task": "events.tasks.tell_answers", "schedule": 60, "options": {"expires": 60}},
    "tell-changes": {"task": "events.tasks.tell_changes", "schedule": 60, "options": {"expires": 60}},
    "invite-members": {"task": "events.tasks.invite_members", "schedule": 60, "options": {"expires": 60}},
    "tell-voters": {"task": "events.tasks.tell_voters", "schedule": 60, "options": {"expires": 60}},
    "move-waiting-lists": {"task": "events.tasks.move_waiting_lists", "schedule": 60, "options": {"expires": 60}},
    "remind-of-events": {"task": "events.tasks.remind", "schedule": 60, "options": {"expires": 60}},
    "collect-calendars": {"task": "events.tasks.collect_calendars", "schedule": 300, "options": {"expires": 300}},
    "tidy-events": {"task": "events.tasks.tidy_events", "schedule": 3600, "options": {"expires": 3600}},
    # At night; the later rings go on with what the first did not get done.
    "forget-old": {
        "task": "cop.privacy.tasks.forget_old",
        "schedule": crontab(minute="*/10", hour="1-5"),
        "options": {"expires": 600},
    },
    "look-after-probes": {
        "task": "cop.notifications.tasks.look_after_probes",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "tidy-subscribers": {
        "task": "cop.notifications.tasks.tidy_subscribers",
        "schedule": 3600,
        "options": {"expires": 3600},
    },
}

# --- People -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    # It is allauth's and Django's own backend too, with the admin's permissions.
    "members.recognising.AccountBackend",
]
# The second reads what was kept before the first came; it is kept anew when its owner signs in.
PASSWORD_HASHERS = ["cop.base.passwords.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "members.password_words.NotTheWordsOfThisSite"},
]
# Words that people here would try first, beside this site's name and address and those of one's communities.
PASSWORD_WORDS: list[str] = env.list("PASSWORD_WORDS", [])
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home:site"
# The name of the page that a community's address leads to: floors below that page link to it.
COMMUNITY_HOME_URL = "home:community"
PERSON_URL = "home:person"
# Where people read what facilitators did to things of theirs, and object.
MODERATED_URL = "moderation:mine"
# What is kept of people, and whom to write to about it.
PRIVACY_URL = "home:privacy"
# Where a facilitator suspends a member.
SUSPEND_URL = "moderation:act"
# Whether site staff look at a new community before it opens.
COMMUNITIES_NEED_APPROVAL = env.bool("COMMUNITIES_NEED_APPROVAL", False)
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "members.account_forms.SignupForm"
ACCOUNT_ADAPTER = "members.accounts.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Seconds in which a code proves an address; those that sign in or reset a password live three minutes.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGOUT_REDIRECT_URL = "home:site"
ACCOUNT_UNIQUE_EMAIL = True
# Whoever changes how an account is got into says again who they are, and its owner hears of it.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("REAUTHENTICATION_SECONDS", 600)
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Who must have a second step or a passkey: nobody, staff, facilitators (and staff), everybody.
SECOND_STEP_FOR = env.str(
    "SECOND_STEP_FOR",
    "nobody" if IS_DEVELOPMENT else "staff",
    validate=checked.OneOf(["nobody", "staff", "facilitators", "everybody"]),
)
# All that somebody without one can do meanwhile: set one up, prove who they are and that an address is theirs, leave.
OPEN_WITHOUT_SECOND_STEP = {
    "members:second-step", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_email",
    "account_email_verification_sent", "account_confirm_email", "account_logout", "accent", "manifest", "home:privacy",
}  # fmt: skip
# The sender says whose mail it is; the subject needs no prefix.
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A second factor, and passkeys: browsers give these to secure origins alone, and to one's own machine.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "members.passkey_forms.AddPasskeyForm"}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE_IS_SECURE
MFA_TOTP_ISSUER = SITE_NAME
# Signing in by an organisation's own accounts: JSON lists of OpenID Connect and SAML providers (docs/operating.md).
OPENID_CONNECT = env.json("OPENID_CONNECT", [])
SAML = env.json("SAML", [])
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": OPENID_CONNECT,
        "OAUTH_PKCE_ENABLED": True,
        "provider_class": "members.providers.CheckedProvider",
    },
    "saml": {"APPS": SAML},
}
SOCIALACCOUNT_ADAPTER = "members.accounts.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# --- Mail ---------------------------------------------------------------------------------------------------------

EMAIL_BACKEND = "cop.mail.backend.OutboxBackend"
# smtp://, smtp+tls:// (STARTTLS) or smtps://, with login, host and port. With neither this nor a provider, mail is
# caught.
EMAIL_URL = env.str("EMAIL_URL", "")
# The name of one of Anymail's providers ("mailgun", "postmark"…), with its settings in ANYMAIL as JSON.
EMAIL_PROVIDER = env.str("EMAIL_PROVIDER", "")
ANYMAIL = env.json("ANYMAIL", {})
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", 30.0)
# How often a week one person is asked by name to help with a question, in all communities together.
# A form for people without an account that comes back sooner than this is shown once more; 0: none is ever.
FORM_TRAP_SECONDS = env.int("FORM_TRAP_SECONDS", 2)
# Domains whose new accounts wait for site staff, besides those that are known to give addresses away; and domains that
# never do, though they are known for that.
HELD_DOMAINS: list[str] = env.list("HELD_DOMAINS", [])
TRUSTED_DOMAINS: list[str] = env.list("TRUSTED_DOMAINS", [])
# How many days somebody is new in a community, where it does not say so itself; 0 for nobody.
NEWCOMER_DAYS = env.int("NEWCOMER_DAYS", 3)
# A service that looks for advertising and speaks Akismet's protocol; empty for none.
TEXT_CHECK_URL = env.str("TEXT_CHECK_URL", "")
TEXT_CHECK_KEY = env.str("TEXT_CHECK_KEY", "")
HELP_INVITATIONS_A_WEEK = env.int("HELP_INVITATIONS_A_WEEK", 3)
# So long one's own message can be taken back as if it had never been; nobody is mailed about it before.
UNDO_MINUTES = env.int("UNDO_MINUTES", 5)
# How many connections to the relay a worker process keeps at most, and how many mails a second it sends (0: no limit).
MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", 8)
MAIL_RATE = env.float("MAIL_RATE", 0.0)
# After how many seconds the copies that a killed worker had in hand are sent by another.
MAIL_LEASE = env.int("MAIL_LEASE", 60)
# Where mail comes in: a domain of our own ("@in.example.org"), or one mailbox with plus addresses ("post@example.org").
INCOMING_ADDRESS = env.str("INCOMING_ADDRESS", f"@{SITE_HOST}" if IS_DEVELOPMENT else "")
# The host whose Authentication-Results we believe: the name that our own receiving server writes into them.
INCOMING_AUTH_HOST = env.str("INCOMING_AUTH_HOST", "")
# A mailbox to look into each minute: imaps://user:password@imap.example.org/INBOX, with a % code for each odd letter.
INCOMING_IMAP_URL = env.str("INCOMING_IMAP_URL", "")
INCOMING_LIMIT = env.int("INCOMING_LIMIT", 25 * 1024 * 1024)
# For how many days a mail that came in is kept as it came.
INCOMING_DAYS = env.int("INCOMING_DAYS", 30)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <noreply@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- How long things are kept -------------------------------------------------------------------------------------

# In days, by the name of the rule that deletes what is older (cop.privacy.retention); 0 keeps it for good.
KEEP_DAYS: dict[str, int] = {
    name: env.int(f"KEEP_{name.upper().replace('-', '_')}_DAYS", days)
    for name, days in {
        "administration": 730,
        "answers": 14,
        "archives": 30,
        "by-hand": 365,
        "cases": 365,
        "cleanings": 730,
        "deleted": 180,
        "deliveries": 365,
        "drafts": 365,
        "exports": 7,
        "flag-addresses": 14,
        "flags": 730,
        "held": 60,
        "held-posts": 60,
        "invitations": 180,
        "left": 1095,
        "mailings": 365,
        "marks": 7,
        "moderation": 1095,
        "named-requests": 180,
        "notifications": 90,
        "post-drafts": 365,
        "quoted-people": 180,
        "questions": 14,
        "records": 730,
        "sessions": 7,
        "set-ups": 365,
        "standing": 1095,
        "unconfirmed": 30,
        "visitors": 365,
    }.items()
} | {"incoming": INCOMING_DAYS}

# --- Feeds in -----------------------------------------------------------------------------------------------------

# Networks inside one's own house that feeds may come from (as 10.20.0.0/16), on any port; all other private ones are
# refused, because who names a feed's address could otherwise make this server read its neighbours.
FEED_ALLOWED_NETWORKS: list[str] = env.list("FEED_ALLOWED_NETWORKS", [])
FEED_PORTS: list[int] = env.list("FEED_PORTS", [80, 443], subcast=int)

# --- Language and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "cop" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- Files --------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR / "media")))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "cop.base.storage.StaticStorage"},
}
if S3_BUCKET := env.str("S3_BUCKET", ""):
    # Uploads in an S3-compatible store, which several machines can share; needs the extra `s3`. Keys and region come
    # from the variables that every S3 client reads (AWS_ACCESS_KEY_ID …).
    s3 = {"bucket_name": S3_BUCKET, "endpoint_url": env.str("S3_ENDPOINT_URL", "") or None, "default_acl": "private"}
    STORAGES["default"] = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": s3}
# Where clamd looks uploaded files over (tcp://host:3310 or unix:///run/clamav/clamd.ctl), and what becomes of those
# that come while it does not answer: they are refused, or held until it has looked at them.
SCANNER_URL = env.str("SCANNER_URL", "")
SCANNER_SILENT = env.str("SCANNER_SILENT", "refuse", validate=checked.OneOf(["refuse", "hold"]))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o640

TAGGIT_CASE_INSENSITIVE = True

# --- Security -----------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = SITE_IS_SECURE and env.bool("SECURE_SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
# What no browser asks for, with a secret in or beside its address: over plain HTTP it is refused instead of sent on, as
# are feeds with a key.
PATHS_OF_PROGRAMS = ("/provider/", "/calendar/")
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31536000 if SITE_IS_SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SITE_IS_SECURE
SECURE_HSTS_PRELOAD = SITE_IS_SECURE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_SECURE
if SITE_IS_SECURE:
    # Browsers take these names from this very host alone, over TLS, for all of its paths.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-language"
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = SITE_IS_SECURE, True, "Lax"
CSRF_COOKIE_HTTPONLY = True
# Since signing in at most, and since somebody last came (members.recognising).
SESSION_COOKIE_AGE = 60 * 60 * 24 * env.int("SESSION_DAYS", 60)
SESSION_IDLE_HOURS = env.int("SESSION_IDLE_HOURS", 24 * 21)
# The pages that no browser may keep, by how their names begin: accounts, and lists of persons. Letters, the queue, the
# bell and one's mails say so themselves.
NEVER_KEPT = (
    "account_", "mfa_", "usersessions_", "socialaccount_", "admin:", "incoming:", "privacy:records",
    "members:account-close", "members:second-step", "members:sign-ups", "members:standing-log", "members:invitations",
    "notifications:subscribers", "notifications:by-hand-list",
)  # fmt: skip
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "cop.base.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        # Browsers hold the button that leads to a provider to this list, and whatever the provider forwards it to.
        "form-action": [
            SELF,
            *filter(None, (origin_of(app["settings"]["server_url"]) for app in OPENID_CONNECT)),
            *filter(None, (origin_of(app["settings"]["idp"].get("sso_url", "")) for app in SAML)),
            *env.list("SIGN_IN_ORIGINS", []),
        ],
        "frame-ancestors": [NONE],
        # Text becomes HTML or a script through the one policy of static/js/trusted.js, or not at all.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["pages"],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
        "gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock",
        "serial", "usb", "xr-spatial-tracking",
    )
}  # fmt: skip
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# How many forms and buttons one person, or one network without an account, may send a minute, and ten times as many an
# hour; 0 counts nothing. Providers that deliver mail here prove by their signature who they are.
WRITES_A_MINUTE = env.int("WRITES_A_MINUTE", 120)
UNCOUNTED_PATHS = ("/provider/",)
# Whom to tell of a hole in this site's security: mailto: or https: addresses for /.well-known/security.txt (RFC 9116).
SECURITY_CONTACT: list[str] = env.list("SECURITY_CONTACT", [])
SECURITY_POLICY = env.str("SECURITY_POLICY", "")
# Who runs this site (name and postal address), and whom people ask about their data: both stand on /privacy/.
SITE_OPERATOR = env.str("SITE_OPERATOR", "")
PRIVACY_CONTACT = env.str("PRIVACY_CONTACT", "")

# --- Logs ---------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
            if IS_DEVELOPMENT
            else structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.processors.format_exc_info,
                without_tokens,
            ],
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        # Says each command of each mail server, with people's addresses.
        "mail.log": {"level": "WARNING"},
        "flufl.bounce": {"level": "WARNING"},
        # A line for each request is the proxy's to write; what goes wrong in one still says which it was.
        "django_structlog.middlewares.request": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        without_tokens,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

# Errors go to Sentry (or what speaks its protocol) where SENTRY_DSN says so; needs the extra `sentry`.
if SENTRY_DSN := env.str("SENTRY_DSN", ""):
    sentry_sdk = import_module("sentry_sdk")
    sentry_sdk.init(dsn=SENTRY_DSN, environment=SITE_HOST, send_default_pii=False)

env.seal()
