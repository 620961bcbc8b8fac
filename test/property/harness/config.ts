import { Slice } from "../../../assembly/bytes/slice";
import { Writer } from "../../../assembly/bytes/writer";
import { Config } from "../../../assembly/config/config";
import { Faults } from "../../../assembly/config/faults";
import { readConfig } from "../../../assembly/config/read";
import { CONFIGURATION } from "../../../assembly/config/schema";
import { Field, Shape } from "../../../assembly/config/shape";
import { Grant } from "../../../assembly/policy/shares";

/* The configuration reader for tests in Node: bytes in, a result in UTF-8 out. */

let faults: Faults = new Faults();
let config: Config | null = null;
let result: ArrayBuffer = new ArrayBuffer(0);

export function alloc(len: i32): usize {
  return heap.alloc(<usize>len);
}

export function free(ptr: usize): void {
  heap.free(ptr);
}

export function resultPtr(): usize {
  return changetype<usize>(result);
}

export function resultLen(): i32 {
  return result.byteLength;
}

/** Reads a configuration; true when it is accepted. The result is the list of faults. */
export function read(ptr: usize, len: i32): bool {
  const old = config;
  if (old !== null) old.free();
  faults = new Faults();
  config = readConfig(ptr, len, faults);
  result = String.UTF8.encode(faults.toString());
  return config !== null;
}

/** The result is the accepted configuration as JSON, without its tables. */
export function summary(): void {
  const c = config;
  if (c === null) return;
  const out = new JsonWriter();
  out.number("server", c.server);
  const bytes = new Writer(1000);
  const names = String.UTF8.encode("uc");
  const user = new Slice();
  user.set(changetype<usize>(names), 1);
  const calendar = new Slice();
  calendar.set(changetype<usize>(names) + 1, 1);
  c.layout.writePrincipal(bytes, user);
  out.string("principal", bytes.toString());
  bytes.reset();
  c.layout.writeHome(bytes, user);
  out.string("home", bytes.toString());
  bytes.reset();
  c.layout.writeCalendar(bytes, user, calendar);
  out.string("calendar", bytes.toString());
  out.number("source", c.identity.source);
  out.string("header", c.identity.header);
  out.string("groupsHeader", c.identity.groupsHeader);
  out.number("remember", c.identity.remember);
  out.string("metadata", c.identity.metadata);
  out.string("claim", c.identity.claim);
  out.string("groupsClaim", c.identity.groupsClaim);
  out.number("field", c.identity.field);
  out.string("prefix", c.identity.prefix);
  out.number("lowercase", c.identity.lowercase ? 1 : 0);
  out.string("stripDomain", c.identity.stripDomain);
  out.string("realm", c.identity.realm);
  out.string("cluster", c.upstream.cluster);
  out.number("authenticate", c.upstream.authenticate);
  out.string("upstreamHeader", c.upstream.header);
  out.string("username", c.upstream.username);
  out.string("password", c.upstream.password);
  out.number("requestBody", c.limits.requestBody);
  out.number("multigetHrefs", c.limits.multigetHrefs);
  out.number("xmlDepth", c.limits.xmlDepth);
  out.number("authFailureCount", c.limits.authFailureCount);
  out.number("authFailurePer", c.limits.authFailurePer);
  out.number("authFailureBlock", c.limits.authFailureBlock);
  out.number("publicMaxAge", c.publicMaxAge);
  out.number("shares", c.shares.length);
  out.number("groups", c.groups.length);
  out.number("otherPaths", c.otherPaths.length);
  result = String.UTF8.encode("{" + out.members.join(",") + "}");
}

/** What `owner NUL calendar NUL subject` and the kind of subject are granted: five numbers, as JSON. */
export function grant(ptr: usize, len: i32, kind: i32, now: f64): void {
  const c = config;
  const parts = String.UTF8.decodeUnsafe(ptr, len).split("\0");
  if (c === null || parts.length != 3) return;
  const owner = String.UTF8.encode(parts[0]);
  const calendar = String.UTF8.encode(parts[1]);
  const subject = String.UTF8.encode(parts[2]);
  const found = new Grant();
  c.shares.collect(
    changetype<usize>(owner),
    owner.byteLength,
    changetype<usize>(calendar),
    calendar.byteLength,
    <u8>kind,
    changetype<usize>(subject),
    subject.byteLength,
    <i64>now,
    found,
  );
  const numbers = [
    <i64>found.privileges,
    <i64>found.privateEvents,
    <i64>found.confidentialEvents,
    found.keepAlarms ? 1 : 0,
    found.until,
  ];
  result = String.UTF8.encode("[" + numbers.join(",") + "]");
}

/** The groups of a user, as JSON. */
export function groupsOf(ptr: usize, len: i32): void {
  const c = config;
  if (c === null) return;
  const names: string[] = [];
  for (let at = c.groups.first(ptr, len); at != 0; at = c.groups.next(at, ptr, len)) {
    names.push('"' + String.UTF8.decodeUnsafe(c.groups.groupPtr(at), c.groups.groupLen(at)) + '"');
  }
  result = String.UTF8.encode("[" + names.join(",") + "]");
}

/** The result is the schema as JSON: to hold envoy/schema.json against. */
export function describeSchema(): void {
  result = String.UTF8.encode(describe(CONFIGURATION));
}

function describe(shape: Shape): string {
  const out = new JsonWriter();
  out.number("kinds", shape.kinds);
  out.number("format", shape.format);
  out.number("min", <i64>shape.min);
  out.number("max", <i64>shape.max);
  out.number("minItems", shape.minItems);
  if (shape.falseWord >= 0) out.number("falseWord", shape.falseWord);
  const words: string[] = [];
  for (let i = 0; i < shape.words.length; i++) words.push('"' + String.UTF8.decode(shape.words[i].buffer) + '"');
  out.raw("words", "[" + words.join(",") + "]");
  const fields: string[] = [];
  const needed: string[] = [];
  for (let i = 0; i < shape.fields.length; i++) {
    const field: Field = shape.fields[i];
    const key = '"' + String.UTF8.decode(field.key.buffer) + '"';
    fields.push(key + ":" + describe(field.shape));
    if (field.required) needed.push(key);
  }
  out.raw("fields", "{" + fields.join(",") + "}");
  out.raw("required", "[" + needed.join(",") + "]");
  const entries = shape.entries;
  if (entries !== null) {
    out.raw("entries", describe(entries));
    out.number("keyFormat", shape.keyFormat);
  }
  const items = shape.items;
  if (items !== null) out.raw("items", describe(items));
  return "{" + out.members.join(",") + "}";
}

class JsonWriter {
  members: string[] = [];

  raw(key: string, value: string): void {
    this.members.push('"' + key + '":' + value);
  }

  number(key: string, value: i64): void {
    this.raw(key, value.toString());
  }

  /** For values without quotes and backslashes. */
  string(key: string, value: string): void {
    this.raw(key, '"' + value + '"');
  }
}
