import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { text, Text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { Entry, EntryWriter } from "../../../assembly/cache/entry";
import { Snapshot } from "../../../assembly/cache/generations";
import { forbidsStoring, isKept } from "../../../assembly/cache/kept_headers";

const out = new Writer(1 << 20);
const entry = new Entry();

function slice(constant: Text): Slice {
  const bytes = new Slice();
  bytes.set(constant.ptr, constant.len);
  return bytes;
}

function snapshot(everyone: u32, first: u32, second: u32): Snapshot {
  const made = new Snapshot();
  made.isQuiet = true;
  made.everyone = everyone;
  made.first = first;
  made.second = second;
  return made;
}

function written(): Slice {
  const bytes = new Slice();
  bytes.set(out.ptr, out.len);
  return bytes;
}

function write(): bool {
  const writer = new EntryWriter(out);
  const etag = text("etag");
  const value = text('"1"');
  const vary = text("vary");
  const body = text("BEGIN:VCALENDAR");
  writer.begin(207, 1234567890123, snapshot(1, 2, 3), slice(text("sync-7")));
  writer.header(etag.ptr, etag.len, value.ptr, value.len);
  writer.header(vary.ptr, vary.len, 0, 0);
  writer.body(body.ptr, 5);
  writer.body(body.ptr + 5, body.len - 5);
  return writer.finish();
}

describe("Entry", () => {
  test("gives back what was written", () => {
    expect(write()).toBe(true);
    expect(entry.read(written())).toBe(true);
    expect(entry.status).toBe(207);
    expect(entry.began).toBe(1234567890123);
    expect(entry.validator.toString()).toBe("sync-7");
    expect(entry.body.toString()).toBe("BEGIN:VCALENDAR");
    expect(entry.nextHeader()).toBe(true);
    expect(entry.name.toString() + ": " + entry.value.toString()).toBe('etag: "1"');
    expect(entry.nextHeader()).toBe(true);
    expect(entry.name.toString() + ": " + entry.value.toString()).toBe("vary: ");
    expect(entry.nextHeader()).toBe(false);
    entry.rewind();
    expect(entry.nextHeader()).toBe(true);
  });

  test("is valid while the generations are those before its read, and quiet", () => {
    write();
    entry.read(written());
    expect(entry.isValid(snapshot(1, 2, 3))).toBe(true);
    expect(entry.isValid(snapshot(0, 2, 3))).toBe(false);
    expect(entry.isValid(snapshot(1, 3, 3))).toBe(false);
    expect(entry.isValid(snapshot(1, 2, 4))).toBe(false);
    const busy = snapshot(1, 2, 3);
    busy.isQuiet = false;
    expect(entry.isValid(busy)).toBe(false);
  });

  test("holds nothing but a status when there is nothing else", () => {
    const writer = new EntryWriter(out);
    writer.begin(200, 0, snapshot(0, 0, 0), new Slice());
    expect(writer.finish()).toBe(true);
    expect(entry.read(written())).toBe(true);
    expect(entry.validator.len).toBe(0);
    expect(entry.nextHeader()).toBe(false);
    expect(entry.body.len).toBe(0);
  });

  test("is refused by its writer when it is too large", () => {
    const small = new Writer(60);
    const writer = new EntryWriter(small);
    const body = text("0123456789ABC");
    writer.begin(200, 0, snapshot(0, 0, 0), new Slice());
    writer.body(body.ptr, body.len);
    expect(writer.finish()).toBe(false);
    writer.begin(200, 0, snapshot(0, 0, 0), new Slice());
    writer.body(body.ptr, 12);
    expect(writer.finish()).toBe(true);
  });

  test("is refused when cut anywhere, or longer than it says", () => {
    write();
    const bytes = written();
    for (let len = 0; len < out.len; len++) {
      bytes.len = len;
      expect(entry.read(bytes)).toBe(false);
    }
    out.byte(0);
    expect(entry.read(written())).toBe(false);
  });

  test("stays inside its bytes, whichever of them is damaged", () => {
    write();
    const bytes = written();
    const damages: u8[] = [0, 1, 0x7f, 0x80, 0xff];
    for (let i = 0; i < out.len; i++) {
      const was = load<u8>(out.ptr + <usize>i);
      for (let j = 0; j < damages.length; j++) {
        store<u8>(out.ptr + <usize>i, damages[j]);
        if (entry.read(bytes)) {
          while (entry.nextHeader()) expect(entry.value.end <= bytes.end).toBe(true);
          expect(entry.validator.len >= 0 && entry.body.len >= 0).toBe(true);
          expect(entry.body.end).toBe(bytes.end);
        }
      }
      store<u8>(out.ptr + <usize>i, was);
    }
    expect(entry.read(bytes)).toBe(true);
  });
});

describe("headers of an entry", () => {
  test("are those that belong to the answer, not to the exchange", () => {
    const kept: Text[] = [text("etag"), text("content-type"), text("dav"), text("vary"), text("x-unheard-of")];
    for (let i = 0; i < kept.length; i++) expect(isKept(kept[i].ptr, kept[i].len)).toBe(true);
    const dropped: Text[] = [
      text("set-cookie"),
      text("date"),
      text("connection"),
      text("transfer-encoding"),
      text("content-length"),
      text("cache-status"),
      text("www-authenticate"),
      text("x-envoy-upstream-service-time"),
      text(":status"),
      text(""),
    ];
    for (let i = 0; i < dropped.length; i++) expect(isKept(dropped[i].ptr, dropped[i].len)).toBe(false);
  });

  test("forbid storing where the body means nothing without them, or the answer is an old one or for one origin", () => {
    expect(forbids("content-encoding", "gzip")).toBe(true);
    expect(forbids("age", "0")).toBe(true);
    expect(forbids("access-control-allow-origin", "https://a.example")).toBe(true);
    expect(forbids("access-control-allow-origin", "*")).toBe(false);
    expect(forbids("content-type", "text/calendar")).toBe(false);
  });
});

function forbids(name: string, value: string): bool {
  const names = new Slice();
  const values = new Slice();
  const nameText = text(name);
  const valueText = text(value);
  names.set(nameText.ptr, nameText.len);
  values.set(valueText.ptr, valueText.len);
  return forbidsStoring(names, values);
}
