"""Which lawful bases hold where, for whom. A table to be read by a lawyer.

Sources: PIPL (China) Art 13 has no legitimate interest, and allows human-resources management under lawfully adopted
labour rules. GDPR Art 6 has legitimate interest; an employee's consent is "highly unlikely" to be freely given (WP29
Opinion 2/2017 on data processing at work, 3.1.1); GDPR Art 88 lets collective and works agreements rule employment.
Calls are treated as all-party everywhere: laws that ask for every party's agreement (California Penal Code §632,
German StGB §201) are as common as those that don't, and the parties may sit under different ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge.records import BasisKind, Party

_CONSENTS = frozenset({BasisKind.CONSENT, BasisKind.SEPARATE_CONSENT})
_DUTIES = frozenset({BasisKind.CONTRACT, BasisKind.LEGAL_DUTY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """The bases that one body of law accepts from each party."""

    name: str
    customer: frozenset[BasisKind]
    agent: frozenset[BasisKind]

    def accepts(self, basis: BasisKind, party: Party) -> bool:
        """Whether this law knows that basis for that party."""
        return basis in (self.customer if party is Party.CUSTOMER else self.agent)


CHINA = Regime(
    name="CN",
    customer=_CONSENTS | _DUTIES,
    agent=_CONSENTS | _DUTIES | {BasisKind.HR_RULES},
)
EUROPE = Regime(
    name="EU/EEA",
    customer=_CONSENTS | _DUTIES | {BasisKind.LEGITIMATE_INTEREST},
    agent=_DUTIES | {BasisKind.HR_RULES, BasisKind.LEGITIMATE_INTEREST},
)
OTHER_KNOWN = Regime(
    name="other known",
    customer=_CONSENTS | _DUTIES,
    agent=_CONSENTS | _DUTIES | {BasisKind.HR_RULES},
)
REGIMES = (CHINA, EUROPE, OTHER_KNOWN)
STRICTEST = Regime(
    name="strictest",
    customer=frozenset.intersection(*(regime.customer for regime in REGIMES)),
    agent=frozenset.intersection(*(regime.agent for regime in REGIMES)),
)

# fmt: off
EUROPEAN = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "IS", "LI", "NO",
})
# fmt: on
"""ISO 3166-1 codes of the 27 members of the Union and the three of the Economic Area, which GDPR binds alike."""

OTHERS = frozenset({"HK", "MO", "TW", "SG", "JP", "KR", "AU", "NZ", "GB", "CH", "US", "CA"})
"""Jurisdictions where notice and every party's agreement satisfy the rules for calls. A site's lawyer may add a code;
every code that isn't listed anywhere meets the strictest rules."""


def regime_of(jurisdiction: str) -> Regime:
    """The rules for one ISO 3166-1 alpha-2 code, upper case; the strictest where it is unknown or empty."""
    if jurisdiction == "CN":
        return CHINA
    if jurisdiction in EUROPEAN:
        return EUROPE
    return OTHER_KNOWN if jurisdiction in OTHERS else STRICTEST
