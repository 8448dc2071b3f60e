"""Languages of the pages: catalogues read from `locale/`, and numbers, dates and times as each language writes them.

English is the language of the message ids, so only the other languages have a catalogue. Catalogues are compiled from
their `.po` when first used: nothing binary is kept beside the text it was made from.
"""

from __future__ import annotations

import io
from datetime import datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations

LOCALE_DIR: Final = Path(__file__).parent / "locale"
DOMAIN: Final = "web"
LANGUAGES: Final = {"zh": "中文", "en": "English"}  # each in its own words, so that it can be found by its readers
_LOCALES: Final = {"zh": Locale("zh", "CN", script="Hans"), "en": Locale("en", "GB")}
_HTML: Final = {"zh": "zh-Hans", "en": "en"}


def N_(message: str) -> str:  # noqa: N802 (gettext's own name for "translate this later")
    """Mark a message for the catalogues; it is translated where it is shown."""
    return message


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of one language. Raises: KeyError for a language the pages don't speak."""
    path = LOCALE_DIR / _LOCALES[language].language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


class Writer:
    """Writes one language: messages, numbers, dates. One per language, shared by all requests."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.html_lang = _HTML[language]
        self.locale = _LOCALES[language]
        self.catalogue = translations(language)

    def text(self, message: str, /, **values: object) -> str:
        """Translate a message and fill in its named values (`%(name)s`)."""
        return self.catalogue.ugettext(message) % values if values else self.catalogue.ugettext(message)

    def date_time(self, moment: datetime) -> str:
        """A date with its time of day, in the moment's own time zone, year included."""
        pattern = "y年M月d日 HH:mm" if self.language == "zh" else "d MMM y, HH:mm"
        return format_datetime(moment, pattern, tzinfo=moment.tzinfo, locale=self.locale)

    def short_date_time(self, moment: datetime) -> str:
        """Month, day and time of day, in the moment's own time zone."""
        pattern = "M月d日 HH:mm" if self.language == "zh" else "d MMM, HH:mm"
        return format_datetime(moment, pattern, tzinfo=moment.tzinfo, locale=self.locale)

    def due(self, moment: datetime) -> str:
        """When a promise falls due. The last second of a day stands for the whole day (docs/codebook.md)."""
        day = format_date(moment, "M月d日" if self.language == "zh" else "d MMM", locale=self.locale)
        if (moment.hour, moment.minute, moment.second) == (23, 59, 59):
            return self.text(N_("by the end of %(day)s"), day=day)
        time = format_time(moment, "HH:mm", tzinfo=moment.tzinfo, locale=self.locale)
        return self.text(N_("by %(time)s on %(day)s"), day=day, time=time)

    def number(self, value: float, digits: int = 0) -> str:
        """A number with a fixed count of decimals."""
        return format_decimal(value, "#,##0" + ("." + "0" * digits if digits else ""), locale=self.locale)

    def share(self, value: float) -> str:
        """A share of 0 to 1 as a whole percentage."""
        return format_percent(value, "#,##0%", locale=self.locale)


@cache
def writer(language: str) -> Writer:
    """The writer of one language. Raises: KeyError for a language the pages don't speak."""
    return Writer(language)


def clock(seconds: float) -> str:
    """A position or length in a recording: 0:53, 1:02:03."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def in_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    """The same moment in another time zone; unchanged without one."""
    return moment.astimezone(zone) if zone is not None else moment
