import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { Layout, Resource, ResourceKind } from "../../../assembly/dav/layout";
import { ResourcePath } from "../../../assembly/dav/path";

function layout(principal: string, home: string, calendar: string): Layout {
  const made = new Layout();
  made.compile(principal, home, calendar);
  return made;
}

function radicale(): Layout {
  return layout("/{user}/", "/{user}/", "/{user}/{calendar}/");
}

function cyrus(): Layout {
  return layout(
    "/dav/principals/user/{user}/",
    "/dav/calendars/user/{user}/",
    "/dav/calendars/user/{user}/{calendar}/",
  );
}

function classify(where: Layout, raw: string): Resource {
  const path = new ResourcePath();
  const bytes = text(raw);
  path.parse(bytes.ptr, bytes.len);
  const resource = new Resource();
  where.classify(path, resource);
  return resource;
}

function kind(where: Layout, raw: string): i32 {
  return classify(where, raw).kind;
}

describe("Layout", () => {
  test("says what each path of a flat layout is", () => {
    const where = radicale();
    expect(kind(where, "/")).toBe(ResourceKind.CONTEXT);
    expect(kind(where, "/alice/")).toBe(ResourceKind.HOME);
    expect(kind(where, "/alice/work/")).toBe(ResourceKind.CALENDAR);
    expect(kind(where, "/alice/work")).toBe(ResourceKind.CALENDAR);
    expect(kind(where, "/alice/work/1.ics")).toBe(ResourceKind.OBJECT);
    expect(kind(where, "/alice/work/a/b")).toBe(ResourceKind.BELOW);
  });

  test("says what each path of a layout with prefixes is", () => {
    const where = cyrus();
    expect(kind(where, "/dav/")).toBe(ResourceKind.CONTEXT);
    expect(kind(where, "/dav/calendars/user/")).toBe(ResourceKind.CONTEXT);
    expect(kind(where, "/dav/principals/user/alice/")).toBe(ResourceKind.PRINCIPAL);
    expect(kind(where, "/dav/calendars/user/alice/")).toBe(ResourceKind.HOME);
    expect(kind(where, "/dav/calendars/user/alice/work/1.ics")).toBe(ResourceKind.OBJECT);
    expect(kind(where, "/dav/addressbooks/user/alice/")).toBe(ResourceKind.OUTSIDE);
    expect(kind(where, "/alice/")).toBe(ResourceKind.OUTSIDE);
    expect(kind(where, "/Dav/")).toBe(ResourceKind.OUTSIDE);
  });

  test("names owner, calendar and object", () => {
    const resource = classify(radicale(), "/al%20ice/w%6Frk/1.ics");
    expect(resource.user.toString()).toBe("al ice");
    expect(resource.calendar.toString()).toBe("work");
    expect(resource.object.toString()).toBe("1.ics");
    expect(classify(radicale(), "/.web/").user.len).toBe(0);
  });

  test("has no users whose names begin with a dot", () => {
    expect(kind(radicale(), "/.web/")).toBe(ResourceKind.OUTSIDE);
    expect(kind(radicale(), "/.well-known/caldav")).toBe(ResourceKind.OUTSIDE);
  });

  test("knows scheduling boxes, however written", () => {
    expect(classify(radicale(), "/alice/inbox/").isScheduling).toBe(true);
    expect(classify(radicale(), "/alice/OUTBOX/1.ics").isScheduling).toBe(true);
    expect(classify(radicale(), "/alice/inbox2/").isScheduling).toBe(false);
  });

  test("tells a principal from what lies below it", () => {
    expect(classify(cyrus(), "/dav/principals/user/alice/").isPrincipal).toBe(true);
    expect(classify(cyrus(), "/dav/principals/user/alice/proxy/").isPrincipal).toBe(false);
    expect(classify(radicale(), "/alice/").isPrincipal).toBe(true);
  });

  test("leads discovery to what the patterns have in common", () => {
    expect(String.UTF8.decode(radicale().context.buffer)).toBe("/");
    expect(String.UTF8.decode(cyrus().context.buffer)).toBe("/dav/");
    const same = layout("/a/b/{user}/", "/a/b/{user}/c/", "/a/b/{user}/c/{calendar}/");
    expect(String.UTF8.decode(same.context.buffer)).toBe("/a/b/");
  });

  test("writes the paths of a user", () => {
    const out = new Writer(1024);
    cyrus().writePrincipal(out, classify(radicale(), "/zo%C3%AB/").user);
    expect(out.toString()).toBe("/dav/principals/user/zo%C3%AB/");
  });

  test("names what is wrong with a pattern", () => {
    const where = new Layout();
    expect(where.compile("{user}/", "/{user}/", "/{user}/{calendar}/")).toBe('principal must begin with "/"');
    expect(where.compile("/{user}/", "/{user}", "/{user}/{calendar}/")).toBe('home must end with "/"');
    expect(where.compile("/{user}/", "/{user}/", "/{user}/")).toBe("calendar needs {calendar} exactly once");
    expect(where.compile("/{user}/{user}/", "/{user}/", "/{user}/{calendar}/")).toBe(
      "principal needs {user} exactly once",
    );
    expect(where.compile("/{user}/", "/x{user}/", "/{user}/{calendar}/")).not.toBe(null);
    expect(where.compile("/{user}/", "/../{user}/", "/{user}/{calendar}/")).not.toBe(null);
  });
});
