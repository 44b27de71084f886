"""Words by which mail servers say why they do not deliver, from the surest to the vaguest."""

import re

# What is hard will not mend by itself.
HARD = frozenset({"unknown", "no such host", "moved"})

# The first that is found counts: explicit words stand before codes, which often lie.
_REASONS = (
    (
        "blocked",
        (
            r"after mail from|mail from.{0,60}(?:reject|denied|refused)|my name was rejected|"
            r"from \d+\.\d+\.\d+\.\d+ weren|has sent to too many|mailfrom"
        ),
    ),
    (
        "unknown",
        (r"user unknown|unknown user|no such (?:user|recipient|mailbox)|not listed in domino"),
    ),
    (
        "moved",
        (r"has moved|no longer (?:works|at this)|address change|forwarding address|status: 5\.1\.6|\b5\.1\.6\b"),
    ),
    (
        "blocked",
        (
            r"spam(?!mer)|blacklist|blocklist|block list|black list|(?<!not )listed (?:in|by|at)|rbl|reputation|"
            r"dnsbl|banned|blocked|virus|malware|infected|dmarc|dkim|\bspf\b|policy|unsolicited|"
            r"content (?:rejected|filter)|not accept(?:ed|ing) (?:mail )?from|reverse dns|ptr record|rdns|"
            r"unauthenticated|authentication (?:required|checks)|relay(?:ing)? (?:access )?(?:denied|"
            r"not permitted|not allowed)|access denied|client host|greylist|sender (?:address )?(?:rejected|"
            r"denied|verify)|\b5\.7\.\d+\b|service refuse|helo|your (?:host|ip|server)|too many (?:connections|"
            r"sessions)|rate limit"
        ),
    ),
    (
        "full",
        (
            r"mailbox (?:is )?(?:full|exceed)|over\s?quota|quota (?:exceed|full)|exceed\w* (?:\w+ ){0,4}quota|"
            r"storage|disk full|disk quota|insufficient (?:disk|system|storage)|\b[45]\.2\.2\b|mailfolder is full|"
            r"too many messages|inbox is full|box is full|maildir.*(?:full|quota)|out of (?:disk )?space"
        ),
    ),
    (
        "suspended",
        (
            r"(?:account|mailbox|user|address) (?:\S+ ){0,4}(?:is |has been |was )?(?:currently )?(?:suspended|"
            r"disabled|inactive|not active|deactivated|locked|expired)|\b[45]\.2\.1\b|temporarily (?:inactive|"
            r"disabled)"
        ),
    ),
    (
        "too large",
        (
            r"too (?:big|large)|message size|size (?:limit|exceed)|exceeds? (?:the )?(?:maximum|size|fixed)|"
            r"\b5\.[23]\.[34]\b"
        ),
    ),
    (
        "no such host",
        (
            r"host (?:unknown|not found)|unknown host|no such (?:host|domain)|domain (?:does not exist|not found|"
            r"name not found)|name or service not known|nxdomain|could(?:n't| not) (?:be )?f(?:ind|"
            r"ound).{0,40}host|bad destination system|unrouteable mail domain|unrouteable (?:address|domain)|"
            r"illegal host|invalid (?:domain|host)|null mx|\b5\.1\.2\b|does not accept mail|"
            r"couldn't find (?:any host|a mail exchanger)|domain is not reachable"
        ),
    ),
    (
        "unknown",
        (
            r"user unknown|unknown (?:user|recipient|address|local|mailbox|account)|no such (?:user|recipient|"
            r"mailbox|address|account|person|local)|(?:user|recipient|mailbox|address|account|"
            r"mail box)\S* (?:\S+ ){0,6}?(?:does ?n[o']t exist|doesn't exist|not exist|not found|unknown|"
            r"not known|unavailable|invalid|is not (?:a )?(?:known|valid)|not valid|could not be found|not listed|"
            r"rejected|doesn.t have)|invalid (?:recipient|mailbox|user|address|final)|no mailbox|not our customer|"
            r"does not (?:exist|have an? )|doesn.t have an? |not a (?:known|valid) (?:user|recipient|address)|"
            r"this user doesn|not listed in|no account|unknown to|addressee unknown|couldn.t find (?:the|this|"
            r"any) (?:user|mailbox|recipient)|isn.t a valid|recipient address rejected|\b5\.1\.[01]\b|"
            r"\b5\.1\.10\b|recipnotfound|not a local"
        ),
    ),
    (
        "expired",
        (
            r"expired|timed? ?out|too long|delayed|could not connect|connection (?:refused|timed)|"
            r"not been delivered within|retry time|no route|network|unreachable|\b4\.4\.\d\b|temporar|try again|"
            r"deferred|queue"
        ),
    ),
)
REASONS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _REASONS)
