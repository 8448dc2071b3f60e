"""A certificate of erasure as one HTML file that needs nothing else: to be read, printed, handed over."""

from __future__ import annotations

import base64
import json
from typing import Any, Final

from edge.erasure.certificate import Certificate
from edge.erasure.trigger import Trigger
from edge.erasure.wording import DOESNT_PROVE, KINDS, METHOD, TRIGGERS
from edge.web.pages import environment

KEYS_SHOWN_MAX: Final = 12
"""Fingerprints on the readable certificate; the JSON one has them all."""


def as_html(certificate: Certificate, language: str) -> str:
    """The certificate in one language, `zh` or `en`."""
    template = environment(language).get_template("documents/certificate.html")
    return template.render(**facts(certificate, language))


def facts(certificate: Certificate, language: str) -> dict[str, Any]:
    """What the page and the file of a certificate show."""
    manifest = certificate.manifest
    return {
        "certificate": certificate,
        "erasure": certificate.erasure,
        "why": TRIGGERS[Trigger(certificate.erasure.why.trigger)].by(language),
        "method": METHOD.by(language),
        "counts": [(KINDS[kind].by(language), numbers) for kind, numbers in certificate.counts().items()],
        "calls": json.loads(certificate.leaf)["facts"]["calls"],
        "keys": manifest["keys"],
        "keys_shown": KEYS_SHOWN_MAX,
        "limits": [limit.by(language) for limit in DOESNT_PROVE],
        "leaf": base64.b64encode(certificate.leaf).decode(),
    }
