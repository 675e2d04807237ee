"""Reads calendar files with the library `icalendar`, which shares nothing with ours: every file of 02_日历 below the folders
given must be taken, each event with what RFC 5545 asks for.

    pip install icalendar
    python scripts/calendars.py 工作区/out
"""

import sys
from pathlib import Path

from icalendar import Calendar

NEEDED = ["UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "STATUS", "SUMMARY"]


def events(path):
    calendar = Calendar.from_ical(path.read_bytes())
    assert str(calendar["METHOD"]) == "PUBLISH", path
    found = calendar.walk("VEVENT")
    assert found, f"{path}: no event"
    for event in found:
        assert not event.errors, f"{path}: {event.errors}"
        missing = [name for name in NEEDED if name not in event]
        assert not missing, f"{path}: {event.get('UID')} has no {missing}"
        assert event["DTSTART"].dt < event["DTEND"].dt, f"{path}: {event['UID']} ends before it begins"
    names = [str(event["UID"]) for event in found]
    assert len(names) == len(set(names)), f"{path}: a UID twice"
    return len(found)


def main():
    paths = sorted(path for root in sys.argv[1:] for path in Path(root).rglob("*.ics"))
    total = sum(events(path) for path in paths)
    print(f"{len(paths)} calendars, {total} events")
    return 0 if paths else 1


if __name__ == "__main__":
    sys.exit(main())
