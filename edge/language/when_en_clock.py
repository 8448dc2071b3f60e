"""English words of time that name a part of the day or an hour, or that name no moment."""

from __future__ import annotations

from edge.language.numerals import en_number
from edge.language.when_en import DEADLINE, UNITS
from edge.language.when_parts import TimeParts
from edge.language.when_rules import Match, Rule, constant, rule

PARTS = {
    "morning": (
        r"first thing(?: in the morning)?|(?:in the |early |mid-?)?morning|before lunch|start of (?:business|play|day)"
    ),
    "noon": r"12 noon|noon|mid-?day|lunch ?time|lunch",
    "afternoon": r"(?:in the |late |early |mid-?)?afternoon|tea ?time",
    "evening": r"(?:in the |early |late )?evening|(?:at )?night(?! shift)|bedtime",
}
CLOSE = r"(?:close of (?:business|play|trading)|cob|end of (?:business|play|the working day)|closing time)"
DAY_END = r"(?:end of (?:the |your |my )?day|eod|day's end)"
VAGUE = (
    r"as soon as (?:possible|we can|i can|you)|a\.?s\.?a\.?p|soon|shortly|right away|immediately|straight ?away"
    r"|later on|at some point|in (?:a (?:minute|moment|second|sec|bit|while|jiffy)|due course|no time)"
    r"|in the (?:coming|next few) (?:days|weeks)|any (?:day|time|minute) now|one of these days|sometime"
)
HOUR = rf"(?:[01]?[0-9]|2[0-4]|{UNITS}|ten|eleven|twelve)"
MERIDIEM = r"(?P<meridiem>[ap]\.?m\b\.?)"
MINUTES_SPOKEN = r"(?P<spoken>thirty|fifteen|forty[- ]five)"
FRACTIONS = {"half": 30, "quarter": 15, "a quarter": 15, "five": 5, "ten": 10, "twenty": 20}
# “by five percent”, “at two stores”, “by one or two days”: no hour.
NO_HOUR_AFTER = (
    r"(?! ?(?:[%-]|(?:per|pounds?|days?|weeks?|months?|hours?|mins?|minutes?|cents?|of|working|business|years?|percent"
    r"|dollars?|euros?|pence|quid|k|grand|hundred|thousand|units?|points?|people|places?|past|stores?|shops?|least|most"
    rf"|once|all|no|locations?|sites?|(?:or|and|to|-) ?(?:an?|[0-9]|{UNITS}|ten))\b))"
)


def read_clock(match: Match) -> TimeParts:
    """“at 2”, “by 3 pm”, “half past three”, “quarter to five”, “between two and four”."""
    words, meridiem = match.get("hour").lower(), match.get("meridiem").lower()
    hour = int(en_number(words) or 0)
    minute = int(match.get("minute") or en_number(match.get("spoken")) or 0)
    fraction = match.get("fraction").lower()
    if fraction:
        minutes = FRACTIONS.get(fraction) or int(en_number(fraction) or 0)
        hour, minute = ((hour - 1) or 12, 60 - minutes) if match.get("way").lower() == "to" else (hour, minutes)
    if meridiem.startswith("p"):
        return TimeParts(hour=12 + hour % 12 if hour <= 12 else hour, minute=minute)
    exact = meridiem.startswith("a") or (words.startswith("0") and hour > 0)
    return TimeParts(hour=hour % 12 if meridiem else hour, minute=minute, part="morning" if exact else None)


def _part_rules(name: str, words: str) -> tuple[Rule, Rule]:
    """A part of the day beside a day; with “by the” or “in the” it stands alone."""
    return (
        rule(rf"\b(?:at |by |in |before |around )?(?:{words})\b", constant(TimeParts(part=name, weak=True))),
        rule(
            rf"\b(?:(?:by|before|around|until|till|at|over) (?:the )?(?:{words})"
            rf"|(?:first thing )?in the {name})\b(?! of)",
            constant(TimeParts(part=name)),
        ),
    )


RULES = (
    *(each for name, words in PARTS.items() for each in _part_rules(name, words)),
    rule(r"(?<!the )\bfirst thing\b(?=[,.;!?]|$)", constant(TimeParts(part="morning"))),
    rule(r"\bbefore (?:i|we|they|you) (?:knock off|finish|close|shut|leave)\b", constant(TimeParts(part="afternoon"))),
    rule(rf"\b(?:by |before |at )?(?:the )?{CLOSE}\b", constant(TimeParts(part="afternoon"))),
    rule(r"\b(?:by |before |at )close\b(?! to\b)", constant(TimeParts(part="afternoon", weak=True))),
    rule(
        rf"\b(?:by |before |at )?(?:the )?{DAY_END}\b|\b(?:on )?(?:(?:that|the) )?same[- ]day\b|\bthat day\b",
        constant(TimeParts(part="day")),
    ),
    rule(r"\b(?:by|before|at|until|till) midnight\b", constant(TimeParts(part="evening", hour=12))),
    rule(rf"\b(?:{VAGUE})\b", constant(TimeParts(vague=True))),
    rule(
        rf"(?:{DEADLINE})?\b(?P<fraction>half|(?:a )?quarter|five|ten|twenty(?:[- ]five)?) (?P<way>past|to) "
        rf"(?P<hour>{HOUR})\b(?: ?o'?clock)?{NO_HOUR_AFTER}(?![- ](?:thirty|fifteen|forty))(?: ?{MERIDIEM})?",
        read_clock,
    ),
    rule(rf"{DEADLINE}(?P<fraction>half) (?P<hour>{UNITS}|ten|eleven|twelve)\b", read_clock),
    rule(
        rf"(?:{DEADLINE}|\b(?:between|from) )?\b"
        rf"(?:{HOUR}(?:[:.][0-5][0-9])? ?(?:[ap]\.?m\b\.?)? ?(?:-|–|to|and|or|till|until) ?)?"
        rf"(?P<hour>{HOUR})(?:[:.](?P<minute>[0-5][0-9]))? ?(?:{MERIDIEM}|o'?clock\b)",
        read_clock,
    ),
    rule(
        rf"\b(?:between|from) {HOUR}(?::[0-5][0-9])? (?:and|to|till|until) "
        rf"(?P<hour>{HOUR})(?::(?P<minute>[0-5][0-9]))?\b{NO_HOUR_AFTER}",
        read_clock,
    ),
    rule(
        rf"\b(?:{HOUR} (?:to|till|until) )?(?P<hour>{HOUR})[- ]{MINUTES_SPOKEN}\b{NO_HOUR_AFTER}",
        read_clock,
    ),
    rule(rf"\b(?:{HOUR} ?(?:-|to|till) ?)?(?P<hour>{HOUR})(?: sharp)?(?= (?:tomorrow|tonight)\b)", read_clock),
    rule(
        rf"\b(?P<fraction>half) (?P<hour>{UNITS}|ten|eleven|twelve)\b(?=[,.;!?]|$| (?:tomorrow|today|on)\b)", read_clock
    ),
    # “Friday eleven”, where a clause ends or begins after it.
    rule(
        rf"(?:(?<=day )|(?<=morrow ))(?!one\b)(?P<hour>{HOUR})\b(?=[,.;!?]|$| (?:i|we|it|sharp|and i|then)\b)",
        read_clock,
    ),
    rule(r"(?<![0-9.:])(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?![0-9:])", read_clock),
    rule(
        rf"\b(?:by|before|at|around|until|till|no later than)(?: around| about)? (?P<hour>{HOUR})"
        rf"(?:[:.](?P<minute>[0-5][0-9])|[- ]{MINUTES_SPOKEN})?(?:-?ish)?\b(?!\.[0-9]){NO_HOUR_AFTER}",
        read_clock,
    ),
)
