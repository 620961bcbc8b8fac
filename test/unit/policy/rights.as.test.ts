import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { text } from "../../../assembly/bytes/text";
import { Layout, Resource } from "../../../assembly/dav/layout";
import { ResourcePath } from "../../../assembly/dav/path";
import { GroupTable } from "../../../assembly/policy/groups";
import { Person } from "../../../assembly/policy/person";
import { Privilege } from "../../../assembly/policy/privilege";
import { publicRightsOn, rightsOn } from "../../../assembly/policy/rights";
import { Grant, ShareTable } from "../../../assembly/policy/shares";
import { Subject } from "../../../assembly/policy/subject";
import { Show } from "../../../assembly/policy/view";

const shares = new ShareTable();
const groups = new GroupTable();

function share(owner: string, calendar: string, subject: u8, name: string, privileges: u32): void {
  const o = text(owner);
  const c = text(calendar);
  const n = text(name);
  shares.add(o.ptr, o.len, c.ptr, c.len, subject, n.ptr, n.len, privileges, Show.BUSY, Show.BUSY, false, 0);
}

function resourceOf(raw: string): Resource {
  const layout = new Layout();
  layout.compile("/{user}/", "/{user}/", "/{user}/{calendar}/");
  const path = new ResourcePath();
  const bytes = text(raw);
  path.parse(bytes.ptr, bytes.len);
  const resource = new Resource();
  layout.classify(path, resource);
  return resource;
}

function rights(user: string, raw: string, group: string = ""): u32 {
  const person = new Person();
  const name = text(user);
  if (name.len > 0) person.signIn(name.ptr, name.len);
  const g = text(group);
  if (g.len > 0) person.addGroup(g.ptr, g.len);
  const grant = new Grant();
  rightsOn(shares, groups, person, resourceOf(raw), 1000, grant);
  return grant.privileges;
}

describe("rightsOn", () => {
  test("gives owners everything on what is their own", () => {
    expect(rights("alice", "/alice/")).toBe(Privilege.ALL);
    expect(rights("alice", "/alice/work/1.ics")).toBe(Privilege.ALL);
    expect(rights("alice", "/alice/inbox/")).toBe(Privilege.ALL);
    expect(rights("alice", "/alice/work/a/b/c")).toBe(Privilege.ALL);
  });

  test("gives others nothing without a share", () => {
    expect(rights("bob", "/alice/")).toBe(0);
    expect(rights("bob", "/alice/work/1.ics")).toBe(0);
    expect(rights("", "/alice/work/1.ics")).toBe(0);
    expect(rights("alice", "/")).toBe(0);
  });

  test("adds up users, groups of both sources, authenticated and anyone", () => {
    share("alice", "work", Subject.USER, "bob", Privilege.READ);
    share("alice", "work", Subject.GROUP, "team", Privilege.BIND);
    share("alice", "work", Subject.GROUP, "board", Privilege.UNBIND);
    share("alice", "work", Subject.AUTHENTICATED, "", Privilege.READ_FREE_BUSY);
    share("alice", "work", Subject.ANYONE, "", Privilege.READ_CURRENT_USER_PRIVILEGE_SET);
    const team = text("team");
    const bob = text("bob");
    groups.add(team.ptr, team.len, bob.ptr, bob.len);
    const most = Privilege.READ | Privilege.BIND | Privilege.READ_FREE_BUSY | Privilege.READ_CURRENT_USER_PRIVILEGE_SET;
    expect(rights("bob", "/alice/work/")).toBe(most);
    expect(rights("bob", "/alice/work/", "board")).toBe(most | Privilege.UNBIND);
    expect(rights("carol", "/alice/work/")).toBe(Privilege.READ_FREE_BUSY | Privilege.READ_CURRENT_USER_PRIVILEGE_SET);
    expect(rights("", "/alice/work/")).toBe(Privilege.READ_CURRENT_USER_PRIVILEGE_SET);
  });

  test("keeps scheduling boxes, homes and what lies deeper out of every share", () => {
    share("alice", "", Subject.USER, "bob", Privilege.ALL);
    share("alice", "inbox", Subject.USER, "bob", Privilege.ALL);
    expect(rights("bob", "/alice/inbox/")).toBe(0);
    expect(rights("bob", "/alice/Outbox/1.ics")).toBe(0);
    expect(rights("bob", "/alice/")).toBe(0);
    expect(rights("bob", "/alice/work/a/b")).toBe(0);
    expect(rights("bob", "/alice/work/a")).toBe(Privilege.ALL);
  });

  test("tells what everybody has", () => {
    share("alice", "public", Subject.ANYONE, "", Privilege.READ);
    share("alice", "public", Subject.AUTHENTICATED, "", Privilege.BIND);
    const grant = new Grant();
    publicRightsOn(shares, resourceOf("/alice/public/1.ics"), 1000, grant);
    expect(grant.privileges).toBe(Privilege.READ);
    publicRightsOn(shares, resourceOf("/alice/"), 1000, grant);
    expect(grant.privileges).toBe(0);
  });
});
