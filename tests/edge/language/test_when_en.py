"""English words of time on many calendars: “Due times” of docs/language.md, line by line."""

from datetime import datetime

import pytest

from edge.language.when import find, resolve

MONDAY = "2026-03-02T10:15:00+00:00"
SUNDAY = "2026-05-17T11:00:00+01:00"
FRIDAY_EVENING = "2026-06-12T18:40:00+01:00"
SATURDAY_31ST = "2026-01-31T13:10:00-05:00"
BEFORE_LEAP_DAY = "2028-02-28T09:30:00+00:00"  # a Monday
WEEK_53 = "2026-12-30T15:40:00+00:00"  # a Wednesday
IN_CHINA = "2026-09-29T16:20:00+08:00"  # a Tuesday before the days off of 1 to 7 October


def due(words: str, started_at: str) -> str | None:
    moment = resolve(words, started_at=datetime.fromisoformat(started_at))
    return moment.isoformat(timespec="seconds")[:19] if moment else None


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("today", "2026-03-02T23:59:59"),
        ("later today", "2026-03-02T23:59:59"),
        ("tomorrow", "2026-03-03T23:59:59"),
        ("by the day after tomorrow", "2026-03-04T23:59:59"),
        ("tonight", "2026-03-02T22:00:00"),
        ("this afternoon", "2026-03-02T18:00:00"),
        ("this evening", "2026-03-02T22:00:00"),
        ("tomorrow morning", "2026-03-03T12:00:00"),
        ("first thing tomorrow", "2026-03-03T12:00:00"),
        ("first thing in the morning", "2026-03-02T12:00:00"),
        ("first thing Monday", "2026-03-09T12:00:00"),
        ("by Friday noon", "2026-03-06T12:00:00"),
        ("by noon on Friday", "2026-03-06T12:00:00"),
        ("Friday at noon", "2026-03-06T12:00:00"),
        ("Friday afternoon", "2026-03-06T18:00:00"),
        ("Friday evening", "2026-03-06T22:00:00"),
        ("by Friday", "2026-03-06T23:59:59"),
        ("Tuesday", "2026-03-03T23:59:59"),
        ("this Thursday", "2026-03-05T23:59:59"),
        ("next Thursday", "2026-03-12T23:59:59"),
        ("Thursday next week", "2026-03-12T23:59:59"),
        ("Tuesday of next week", "2026-03-10T23:59:59"),
        ("next week on Wednesday", "2026-03-11T23:59:59"),
        ("Friday week", "2026-03-13T23:59:59"),
        ("a week from Friday", "2026-03-13T23:59:59"),
        ("a week from tomorrow", "2026-03-10T23:59:59"),
        ("a week from today", "2026-03-09T23:59:59"),
        ("end of the week", "2026-03-06T23:59:59"),
        ("by the end of next week", "2026-03-13T23:59:59"),
        ("this week", "2026-03-08T23:59:59"),
        ("next week", "2026-03-15T23:59:59"),
        ("early next week", "2026-03-11T23:59:59"),
        ("the week after next", "2026-03-22T23:59:59"),
        ("this weekend", "2026-03-08T23:59:59"),
        ("end of the month", "2026-03-31T23:59:59"),
        ("by month-end", "2026-03-31T23:59:59"),
        ("by the end of next month", "2026-04-30T23:59:59"),
        ("next month", "2026-04-30T23:59:59"),
        ("by the 15th", "2026-03-15T23:59:59"),
        ("the fifteenth", "2026-03-15T23:59:59"),
        ("on the 1st", "2026-04-01T23:59:59"),
        ("the 5th of next month", "2026-04-05T23:59:59"),
        ("June the 3rd", "2026-06-03T23:59:59"),
        ("June 3", "2026-06-03T23:59:59"),
        ("the 3rd of June", "2026-06-03T23:59:59"),
        ("15 April", "2026-04-15T23:59:59"),
        ("January 5th", "2027-01-05T23:59:59"),
        ("mid-January", "2027-01-15T23:59:59"),
        ("early April", "2026-04-10T23:59:59"),
        ("late April", "2026-04-30T23:59:59"),
        ("by the end of April", "2026-04-30T23:59:59"),
        ("end of the quarter", "2026-03-31T23:59:59"),
        ("Q3", "2026-09-30T23:59:59"),
        ("by the end of the year", "2026-12-31T23:59:59"),
        ("before Christmas", "2026-12-24T23:59:59"),
        ("end of day", "2026-03-02T23:59:59"),
        ("by EOD", "2026-03-02T23:59:59"),
        ("by end of day Friday", "2026-03-06T23:59:59"),
        ("EOD tomorrow", "2026-03-03T23:59:59"),
        ("COB", "2026-03-02T18:00:00"),
        ("by close of business tomorrow", "2026-03-03T18:00:00"),
        ("close of play", "2026-03-02T18:00:00"),
        ("Friday the 3rd of April", "2026-04-03T23:59:59"),
        ("April 3rd, Friday, at noon", "2026-04-03T12:00:00"),
        ("today, Monday, by five", "2026-03-02T17:00:00"),
        ("the first Monday of April", "2026-04-06T23:59:59"),
        ("till the fourteenth of Feb", "2027-02-14T23:59:59"),
        ("before they knock off today", "2026-03-02T18:00:00"),
        ("before May", "2026-04-30T23:59:59"),
        ("a week Friday", "2026-03-13T23:59:59"),
        ("two weeks today", "2026-03-16T23:59:59"),
        ("by Tues", "2026-03-03T23:59:59"),
        ("close of play on Thursday", "2026-03-05T18:00:00"),
    ],
)
def test_when_en_names_days_and_parts_of_the_day(words: str, moment: str) -> None:
    assert due(words, MONDAY) == moment


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("Thursday at 2", "2026-03-05T14:00:00"),
        ("Thursday at 9", "2026-03-05T09:00:00"),
        ("at 2 on Thursday", "2026-03-05T14:00:00"),
        ("by 3 pm tomorrow", "2026-03-03T15:00:00"),
        ("3 p.m. tomorrow", "2026-03-03T15:00:00"),
        ("tomorrow at 9am", "2026-03-03T09:00:00"),
        ("tomorrow morning at nine", "2026-03-03T09:00:00"),
        ("at three in the afternoon", "2026-03-02T15:00:00"),
        ("tonight at nine", "2026-03-02T21:00:00"),
        ("tonight by 9pm", "2026-03-02T21:00:00"),
        ("by five", "2026-03-02T17:00:00"),
        ("before 5", "2026-03-02T17:00:00"),
        ("half past three", "2026-03-02T15:30:00"),
        ("at half three", "2026-03-02T15:30:00"),
        ("quarter to five", "2026-03-02T16:45:00"),
        ("a quarter past nine tomorrow", "2026-03-03T09:15:00"),
        ("ten to four", "2026-03-02T15:50:00"),
        ("twenty past two", "2026-03-02T14:20:00"),
        ("at three thirty", "2026-03-02T15:30:00"),
        ("2:30 this afternoon", "2026-03-02T14:30:00"),
        ("14:00", "2026-03-02T14:00:00"),
        ("by 09:30 tomorrow", "2026-03-03T09:30:00"),
        ("12 noon tomorrow", "2026-03-03T12:00:00"),
        ("by midnight", "2026-03-03T00:00:00"),
        ("between two and four tomorrow", "2026-03-03T16:00:00"),
        ("10am to 12pm on Friday", "2026-03-06T12:00:00"),
        ("seven tonight", "2026-03-02T19:00:00"),
        ("10-12 tomorrow", "2026-03-03T12:00:00"),
        ("Friday eleven", "2026-03-06T11:00:00"),
        ("four o'clock", "2026-03-02T16:00:00"),
        ("around 4 tomorrow", "2026-03-03T16:00:00"),
        ("tomorrow lunchtime", "2026-03-03T12:00:00"),
        ("before lunch tomorrow", "2026-03-03T12:00:00"),
    ],
)
def test_when_en_names_hours(words: str, moment: str) -> None:
    assert due(words, MONDAY) == moment


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("within ten minutes", "2026-03-02T10:25:00"),
        ("Five minutes, please", "2026-03-02T10:20:00"),
        ("in half an hour", "2026-03-02T10:45:00"),
        ("in an hour", "2026-03-02T11:15:00"),
        ("within the hour", "2026-03-02T11:15:00"),
        ("a quarter of an hour", "2026-03-02T10:30:00"),
        ("an hour or two", "2026-03-02T12:15:00"),
        ("the next working day", "2026-03-03T23:59:59"),
        ("in an hour and a half", "2026-03-02T11:45:00"),
        ("in one and a half hours", "2026-03-02T11:45:00"),
        ("in two to three hours", "2026-03-02T13:15:00"),
        ("within 24 hours", "2026-03-03T10:15:00"),
        ("within 48 hours", "2026-03-04T10:15:00"),
        ("in the next forty-eight hours", "2026-03-04T10:15:00"),
        ("seventy-two hours", "2026-03-05T10:15:00"),
        ("in a couple of days", "2026-03-04T23:59:59"),
        ("in two or three days", "2026-03-05T23:59:59"),
        ("in a few days", "2026-03-05T23:59:59"),
        ("within three days", "2026-03-05T23:59:59"),
        ("in a week", "2026-03-09T23:59:59"),
        ("in a week's time", "2026-03-09T23:59:59"),
        ("in the next two weeks", "2026-03-16T23:59:59"),
        ("in two weeks' time", "2026-03-16T23:59:59"),
        ("within a fortnight", "2026-03-16T23:59:59"),
        ("a week or two from now", "2026-03-16T23:59:59"),
        ("in a month", "2026-04-02T23:59:59"),
        ("two days from now", "2026-03-04T23:59:59"),
        ("3-5 business days", "2026-03-09T23:59:59"),
        ("within two working days", "2026-03-04T23:59:59"),
        ("ten business days", "2026-03-16T23:59:59"),
    ],
)
def test_when_en_counts_intervals_from_the_call(words: str, moment: str) -> None:
    assert due(words, MONDAY) == moment


@pytest.mark.parametrize(
    ("started_at", "words", "moment"),
    [
        (SUNDAY, "next Monday", "2026-05-18T23:59:59"),
        (SUNDAY, "Monday", "2026-05-18T23:59:59"),
        (SUNDAY, "next week", "2026-05-24T23:59:59"),
        (SUNDAY, "two working days", "2026-05-19T23:59:59"),
        (FRIDAY_EVENING, "by Friday", "2026-06-19T23:59:59"),
        (FRIDAY_EVENING, "this afternoon", None),
        (FRIDAY_EVENING, "this Wednesday", None),
        (FRIDAY_EVENING, "by nine", "2026-06-12T21:00:00"),
        (FRIDAY_EVENING, "by five", "2026-06-13T17:00:00"),
        (FRIDAY_EVENING, "first thing in the morning", "2026-06-13T12:00:00"),
        (FRIDAY_EVENING, "three business days", "2026-06-17T23:59:59"),
        (SATURDAY_31ST, "end of the month", "2026-01-31T23:59:59"),
        (SATURDAY_31ST, "in a month", "2026-02-28T23:59:59"),
        (SATURDAY_31ST, "the 30th", "2026-03-30T23:59:59"),
        (SATURDAY_31ST, "February 30th", None),
        (BEFORE_LEAP_DAY, "end of the month", "2028-02-29T23:59:59"),
        (BEFORE_LEAP_DAY, "in two days", "2028-03-01T23:59:59"),
        (WEEK_53, "next Wednesday", "2027-01-06T23:59:59"),
        (WEEK_53, "end of the week", "2027-01-01T23:59:59"),
        (WEEK_53, "mid-January", "2027-01-15T23:59:59"),
        (WEEK_53, "by the end of the year", "2026-12-31T23:59:59"),
        (WEEK_53, "by the 5th", "2027-01-05T23:59:59"),
        (IN_CHINA, "3 business days", "2026-10-02T23:59:59"),  # English working days are Monday to Friday
        (IN_CHINA, "within two working days", "2026-10-01T23:59:59"),
    ],
)
def test_when_en_follows_the_calendar(started_at: str, words: str, moment: str | None) -> None:
    assert due(words, started_at) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("I'll, um, send it Thursday, no, sorry, Friday", "2026-03-06T23:59:59"),
        ("Thursday at two, no wait, at three", "2026-03-05T15:00:00"),
        ("I'll ring you back tomorrow, say around ten", "2026-03-03T10:00:00"),
        ("you'll have the quote by close of play Wednesday", "2026-03-04T18:00:00"),
        ("I'll put it in the post tomorrow so it's with you by Friday", "2026-03-06T23:59:59"),
        ("it's ready on the 15th, and that same day I'll call you", "2026-03-15T23:59:59"),
        ("yesterday you asked for it and you'll get it tomorrow", "2026-03-03T23:59:59"),
        ("ill call you tomorrow afternoon at half two", "2026-03-03T14:30:00"),
    ],
)
def test_when_en_reads_speech(text: str, moment: str) -> None:
    assert due(text, MONDAY) == moment


@pytest.mark.parametrize(
    "text",
    [
        "as soon as possible", "I'll do it right away", "in a minute", "shortly", "later on", "any day now", "soon",
        "yesterday afternoon", "last Friday", "two weeks ago", "three days ago", "the other day",
        "every Monday", "each week", "daily", "on Mondays", "twice a week", "every morning at nine",
        "a two-year warranty", "we've waited three weeks", "it took five days", "for two years", "a 30-day trial",
        "within 30 days of delivery", "two days after delivery", "within five days from receipt",
        "once payment clears, within two days", "good morning", "good afternoon", "the second time", "the first floor",
        "one of the three", "a half of it", "by one of our engineers", "it went up by 5%", "by two percent",
        "may I ask", "", "the day before",
    ],
)  # fmt: skip
def test_when_en_names_no_moment(text: str) -> None:
    assert due(text, MONDAY) is None


def test_when_en_keeps_the_offset_of_the_call() -> None:
    (span,) = find("by tomorrow noon", started_at=datetime.fromisoformat(SATURDAY_31ST))
    assert span.due_at == datetime.fromisoformat("2026-02-01T12:00:00-05:00")
