"""Reads calendars of the standard input (4 bytes of length, then the bytes), and writes for each what is wrong with it."""

import json
import struct
import sys

try:
    from icalendar import Calendar
except ImportError:
    sys.exit("The Python package icalendar is missing: it is in requirements/test.txt.")


def faults(document: bytes) -> list[str]:
    try:
        calendars = Calendar.from_ical(document, multiple=True)
    except Exception as error:  # Any exception at all is a fault of the document.
        return [repr(error)]
    return [str(error) for calendar in calendars for part in calendar.walk() for error in part.errors]


def main() -> None:
    source = sys.stdin.buffer
    while header := source.read(4):
        (size,) = struct.unpack("<I", header)
        print(json.dumps(faults(source.read(size))))


main()
