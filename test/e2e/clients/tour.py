"""What people do with a calendar, by the Python caldav library. Prints what came of it as JSON.

    tour.py owner URL USER PASSWORD AUTHORITY       makes a calendar, works with it, and deletes it
    tour.py sharee URL USER PASSWORD AUTHORITY CALENDAR...   tries everything on these calendars of somebody else

AUTHORITY is the file of the certificate authority, or "" for plain HTTP.
"""

import json
import sys
from datetime import datetime
from urllib.parse import unquote, urlsplit

import caldav
from caldav.elements import dav
from caldav.lib import error


def ical(uid, summary):
    lines = [
        *["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", f"UID:{uid}"],
        *["DTSTAMP:20260101T000000Z", "DTSTART:20260105T090000Z", "DTEND:20260105T100000Z", f"SUMMARY:{summary}"],
        *["END:VEVENT", "END:VCALENDAR", ""],
    ]
    return "\r\n".join(lines)


def path(url):
    return unquote(urlsplit(str(url)).path)


def names(objects):
    return sorted(path(each.url).rsplit("/", 1)[1] for each in objects)


def summaries(objects):
    return sorted(str(each.icalendar_component["summary"]) for each in objects)


def january(calendar):
    return calendar.search(start=datetime(2026, 1, 1), end=datetime(2026, 2, 1), event=True, expand=False)


def status(client, url, method, headers=None, body=""):
    return client.request(url, method, body, headers or {}).status


def owner(client):
    log = {}
    principal = client.principal()
    log["principal"] = path(principal.url)
    log["home"] = path(principal.calendar_home_set.url)
    calendar = principal.make_calendar(name="Tour", cal_id="tour")
    log["made"] = path(calendar.url)
    log["listed"] = "Tour" in [each.get_display_name() for each in principal.get_calendars()]

    for uid in ["one", "two", "three"]:
        calendar.add_event(ical(uid, uid))
    log["events"] = summaries(calendar.get_events())
    log["read"] = str(calendar.get_event_by_uid("one").icalendar_component["summary"])
    log["searched"] = summaries(january(calendar))

    seen = calendar.get_objects_by_sync_token(load_objects=True)
    log["synced"] = summaries(seen)
    one = calendar.get_event_by_uid("one")
    one.data = ical("one", "changed")
    one.save()
    log["updated"] = str(calendar.get_event_by_uid("one").icalendar_component["summary"])
    calendar.get_event_by_uid("two").delete()
    calendar.add_event(ical("four", "four"))
    added, gone = seen.sync()
    log["sync"] = {"added": summaries(added), "gone": names(gone)}

    three = calendar.get_event_by_uid("three")
    moved = str(three.url).replace("three", "moved")
    log["move"] = status(client, three.url, "MOVE", {"Destination": moved, "Overwrite": "T"})
    log["after move"] = summaries(calendar.get_events())

    calendar.set_properties([dav.DisplayName("Renamed")])
    log["renamed"] = str(calendar.get_property(dav.DisplayName(), use_cached=False))
    calendar.delete()
    log["gone"] = "Renamed" not in [each.get_display_name() for each in principal.get_calendars()]
    return log


def attempt(action):
    """What came of it: its result, or the status or name of the error."""
    try:
        return action()
    except error.AuthorizationError:
        return 403
    except error.NotFoundError:
        return 404
    except error.DAVError as problem:
        return type(problem).__name__


def sharee(client, urls):
    return {urlsplit(url).path: attempts(client, client.calendar(url=url)) for url in urls}


def attempts(client, calendar):
    url = str(calendar.url)

    def free_busy():
        data = calendar.freebusy_request(datetime(2026, 1, 1), datetime(2026, 2, 1)).data
        return "VFREEBUSY" in data and "SUMMARY" not in data

    def sync():
        return len(list(calendar.get_objects_by_sync_token(load_objects=True)))

    def change():
        # Unconditionally: whoever may only add must not replace.
        return status(client, f"{url}one.ics", "PUT", {"Content-Type": "text/calendar"}, ical("one", "changed"))

    def move():
        return status(client, f"{url}two.ics", "MOVE", {"Destination": f"{url}moved.ics"})

    return {
        "list": attempt(lambda: summaries(calendar.get_events())),
        "search": attempt(lambda: summaries(january(calendar))),
        "sync": attempt(sync),
        "get": attempt(lambda: status(client, f"{url}one.ics", "GET")),
        "free-busy": attempt(free_busy),
        "add": attempt(
            lambda: status(client, f"{url}new.ics", "PUT", {"Content-Type": "text/calendar"}, ical("new", "new"))
        ),
        "change": attempt(change),
        "move": attempt(move),
        "delete": attempt(lambda: status(client, f"{url}one.ics", "DELETE")),
        "rename": attempt(lambda: calendar.set_properties([dav.DisplayName("Renamed")]) is not None),
        "remove": attempt(lambda: status(client, url, "DELETE")),
    }


def main(tour, url, user, password, authority, *calendars):
    client = caldav.DAVClient(
        url=url,
        username=user,
        password=password,
        auth_type="basic",
        ssl_verify_cert=authority or True,
        enable_rfc6764=False,
    )
    with client:
        json.dump(owner(client) if tour == "owner" else sharee(client, calendars), sys.stdout)


main(*sys.argv[1:])
