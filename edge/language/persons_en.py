"""Full names in English speech: two or three capitalised words where a person is named."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edge.language.word_set import word_set

PART = r"(?:(?:Mc|Mac|O'|D'|De|Van|Le)?[A-Z][a-z]+(?:[-'][A-Z][a-z]+)?)"
FULL = rf"(?P<name>{PART}(?: (?:[A-Z]\.?|{PART}|van|de|der|bin|al))? {PART})"
NAMED = (
    r"this is|(?:full |sur)?name(?:'s| is| on [a-z ]{2,24}?(?:is|'s))|names? (?:is|of)|I'm|I am|[Ii]t's|it is|call me|called|named|"
    r"under(?: the name(?: of)?)?|in the name of|speak(?:ing)? (?:to|with)|spoke (?:to|with)|talk(?:ing)? to|ask for|"
    r"through to|belongs to|account holder(?: is|'s)?|registered to|made out to|addressed to|attention(?: of)?|care of|"
    r"(?:is|was|that's|that is|is that|is this|for|to|with|by|met|saw|tell|told|and|my (?:husband|wife|son|daughter|"
    r"colleague|manager|partner|mother|father|brother|sister|boss)(?:'s|,| is|'s name is| called)?)"
)
ENDS = r"(?=[,.!?;:]|\s+(?:from|at|here|speaking|calling|please|and|on|with|about|again|will|is|has|would|said|but|to)\b|\s*$)"
INTRODUCED = re.compile(rf"\b(?:{NAMED}),? {FULL}{ENDS}")
TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mister|Dr|Sir|Madam)\.? {FULL}")
ALONE = re.compile(rf"(?:^|[.,!?…] ){FULL}(?=[.,!?]| (?:here|speaking)\b|$)")
ASKED = re.compile(
    r"\bname\b|who(?:'s| is| am I) (?:this|that|calling|speaking)|who do I|whose|account holder|who is it|speaking to",
    re.IGNORECASE,
)
SELF = re.compile(rf"(?:^|[.,!?…] ){FULL} (?:here|speaking)\b")
# A recogniser without capitals, or a chat: only where a name is announced as such.
UNCAPITALISED = re.compile(
    r"\b(?:(?:my|full|the|her|his) name(?:'s| is)|under the name(?: of)?|name of) (?P<name>[a-z]{2,12} [a-z]{2,14})"
    r"(?=[,.!?]|\s+(?:and|from|i|my|but|so|the|it|with|at)\b|\s*$)"
)
FIRMS = word_set(
    "Energy Mobile Motors Plumbing Insurance Bank Telecom Logistics Packaging North South East West Ltd Limited Inc Group",
    "Services Service Homes Hotel Travel Solar Broadband Windows Kitchens Software Systems Care Support Reservations",
    "Finance Estates Foods Freight Supplies House Solutions Partners Dental Clinic School College Academy Garage Fitness",
    "Gym Foods Fish Farm Farms Seed Words Press Water Gas Electric Power Media Labs Lab Tech Studio Studios Company",
    "Trust Society Hospital Surgery Centre Center Council Club Bar Cafe Restaurant Road Street Avenue Lane Close Court",
    "Drive Way Park Gardens Hill Square Terrace Bay City Town Island Beach Airport Station University Pro Plus Max Mini",
    "Air Premium Standard Basic Ultra Prime Edition Maps Office Cloud Card Account Plan Team Sales Desk Line Removals",
    "Scaffolds Stairlifts Roofing Heating Glazing Catering Cleaning Security Vets Pharmacy Optics Pest Control Tree",
    "Day Week Month Year Christmas Easter Eve Friday Monday Kingdom States Zealand Africa America",
)
COMMON = word_set(
    "Mr Mrs Ms Miss Mister Dr Doctor Hi Hello Hey Morning Afternoon Evening Good Thanks Thank Sorry Right Okay Ok Yes No",
    "Sure Fine Great The A An I It We You They He She That This There Here What When Where Why How Who Which Not Just So",
    "And But If Is Are Was Do Does Did Can Could Would Will May My Your Our Their Monday Tuesday Wednesday Thursday",
    "Friday Saturday Sunday January February March April June July August September October November December Mum Dad",
    "Sir Madam Auntie Uncle Saint New Old North South East West Royal Black White Blue Red Green Google Apple Amazon Microsoft Or For",
    "In On At To From With By Of Please Well Oh Ah Now Then Because Let See Look Listen Look Both All Every Any",
)
# Words that a lower-case “my name is …” may run into.
COMMON_LOWER = word_set(
    "not on the a an in is of and it its my your our this that there here so but for with on still spelled spelt wrong",
    "right down already just going to too because just double same",
)


def names_en(text: str, *, asked: str) -> Iterator[tuple[int, int]]:
    """Find full names. asked: the utterance before, whose question a bare name may answer."""
    patterns = [INTRODUCED, TITLED, SELF, *([ALONE] if ASKED.search(asked) else [])]
    for pattern in patterns:
        for match in pattern.finditer(text):
            if _person(match["name"].split()):
                yield match.span("name")
    for match in UNCAPITALISED.finditer(text):
        if COMMON_LOWER.isdisjoint(match["name"].split()):
            yield match.span("name")


def spelled_out(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Find a known name's parts spelled letter by letter (“D-U-D-E-K”)."""
    for part in name.split():
        if len(part) > 2:
            for match in re.finditer(r"\b" + r"[-–,. ]{1,2}".join(part) + r"\b", text, re.IGNORECASE):
                yield match.span()


def _person(words: list[str]) -> bool:
    return words[0] not in COMMON and words[-1] not in COMMON and FIRMS.isdisjoint(words)
