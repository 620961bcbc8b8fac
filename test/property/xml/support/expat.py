"""Reads documents of the standard input (4 bytes of length, then the bytes) with expat, and writes JSON lines."""

import json
import struct
import sys
from xml.parsers import expat


def read(document: bytes) -> dict:
    events: list[list[str]] = []
    parser = expat.ParserCreate(namespace_separator="\x0c")
    parser.buffer_text = False
    parser.StartElementHandler = lambda name, attributes: events.append(["S", name])
    parser.EndElementHandler = lambda name: events.append(["E", name])

    def text(data: str) -> None:
        if events and events[-1][0] == "T":
            events[-1][1] += data
        else:
            events.append(["T", data])

    parser.CharacterDataHandler = text
    try:
        parser.Parse(document, True)
    except LookupError:
        return {"error": "unknown encoding"}
    except expat.ExpatError as error:
        return {"error": expat.ErrorString(error.code)}
    return {"events": events}


def main() -> None:
    source = sys.stdin.buffer
    while header := source.read(4):
        (size,) = struct.unpack("<I", header)
        print(json.dumps(read(source.read(size))))


main()
