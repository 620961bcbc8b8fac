import { equal, indexOf } from "../bytes/slice";
import { text } from "../bytes/text";
import { Privilege, privilegesOfName, privilegesOfRole, PRIVILEGE_NAMES, ROLE_NAMES } from "../policy/privilege";
import { ShareTable } from "../policy/shares";
import { Subject } from "../policy/subject";
import { Show } from "../policy/view";
import { Config, Server } from "./config";
import { after, first, Kind, Node, usable } from "./document";
import { Faults } from "./faults";
import { GROUP_PREFIX, isGroup } from "./formats";
import * as Key from "./keys";
import { People } from "./people";

const AUTHENTICATED = text("authenticated");
const ANYONE = text("anyone");

/** What each role stands for, in the order of ROLE_NAMES. */
const ROLE_PRIVILEGES: u32[] = ROLE_NAMES.map<u32>((name: string) => privilegesOfRole(name));
/** What each privilege stands for, in the order of PRIVILEGE_NAMES. */
const NAME_PRIVILEGES: u32[] = PRIVILEGE_NAMES.map<u32>((name: string) => privilegesOfName(name));

/** Reads `groups`: an entry of the table for each member. */
export function readGroups(root: Node, config: Config, people: People, faults: Faults): void {
  const groups = usable(root, Key.GROUPS);
  if (groups === null) return;
  for (let group = groups.first; group !== null; group = after(group)) {
    if (!group.valid) continue;
    for (let user = group.first; user !== null; user = after(user)) {
      if (!user.valid) continue;
      const ptr = user.text;
      const len = user.textLen;
      let fault = people.userFault(ptr, len);
      if (isGroup(ptr, len)) fault = "must be a user: a group cannot hold a group";
      else if (isEverybody(ptr, len)) fault = "must be a user: it goes in the `with` of a share";
      if (fault !== null) faults.at(user, fault);
      else config.groups.add(group.key, group.keyLen, ptr, len);
    }
  }
}

/** Reads `shares`: an entry of the table for each subject of each. No object is made on the way. */
export function readShares(root: Node, config: Config, people: People, faults: Faults): void {
  const shares = usable(root, Key.SHARES);
  if (shares === null) return;
  for (let share = shares.first; share !== null; share = after(share)) {
    if (share.valid) readShare(share, config, people, faults);
  }
}

/** Reads `user_shares`: whom owners may share with, and how. */
export function readUserShares(root: Node, config: Config, people: People, faults: Faults): void {
  const node = usable(root, Key.USER_SHARES);
  if (node === null) return;
  const allow = usable(node, Key.ALLOW);
  for (let role = first(allow); role !== null; role = after(role)) {
    if (role.valid) sogoFault(role, ROLE_PRIVILEGES[role.word], config, faults);
  }
  const subjects = usable(node, Key.WITH);
  for (let subject = first(subjects); subject !== null; subject = after(subject)) {
    if (!subject.valid) continue;
    const ptr = subject.text;
    const len = subject.textLen;
    const fault = equal(ptr, len, ANYONE.ptr, ANYONE.len)
      ? "must be users, groups or authenticated: who is not signed in takes no part"
      : people.subjectFault(ptr, len);
    if (fault !== null) faults.at(subject, fault);
  }
}

function readShare(share: Node, config: Config, people: People, faults: Faults): void {
  const privileges = readAccess(share, config, faults);
  const shownPrivate = readShow(usable(share, Key.PRIVATE));
  const shownConfidential = readShow(usable(share, Key.CONFIDENTIAL));
  const alarms = usable(share, Key.ALARMS);
  const keepAlarms = alarms !== null && alarms.word == 1;
  const until = usable(share, Key.UNTIL);
  const subjects = usable(share, Key.WITH);
  if (subjects === null) return;
  const calendar = usable(share, Key.CALENDAR);
  const owner = calendar === null ? <usize>0 : calendar.text;
  const slash = calendar === null ? 0 : indexOf(owner, calendar.textLen, 47);
  const name = owner + <usize>(slash + 1);
  const nameLen = calendar === null ? 0 : calendar.textLen - slash - 1;
  for (let subject = subjects.first; subject !== null; subject = after(subject)) {
    if (!subject.valid) continue;
    const fault = people.subjectFault(subject.text, subject.textLen);
    if (fault !== null) faults.at(subject, fault);
    // What is refused in the end need not be compiled.
    if (faults.count > 0) continue;
    addShare(
      config.shares,
      owner,
      isStar(owner, slash) ? 0 : slash,
      name,
      isStar(name, nameLen) ? 0 : nameLen,
      subject,
      privileges,
      shownPrivate,
      shownConfidential,
      keepAlarms,
      until === null ? 0 : max<i64>(<i64>until.number, 1),
    );
  }
}

function addShare(
  shares: ShareTable,
  owner: usize,
  ownerLen: i32,
  calendar: usize,
  calendarLen: i32,
  subject: Node,
  privileges: u32,
  shownPrivate: u8,
  shownConfidential: u8,
  keepAlarms: bool,
  until: i64,
): void {
  let ptr = subject.text;
  let len = subject.textLen;
  let kind = Subject.USER;
  if (isGroup(ptr, len)) {
    kind = Subject.GROUP;
    ptr += GROUP_PREFIX;
    len -= GROUP_PREFIX;
  } else if (isEverybody(ptr, len)) {
    kind = len == ANYONE.len ? Subject.ANYONE : Subject.AUTHENTICATED;
    len = 0;
  }
  shares.add(
    owner,
    ownerLen,
    calendar,
    calendarLen,
    kind,
    ptr,
    len,
    privileges,
    shownPrivate,
    shownConfidential,
    keepAlarms,
    until,
  );
}

function readAccess(share: Node, config: Config, faults: Faults): u32 {
  const access = usable(share, Key.ACCESS);
  if (access === null) return 0;
  let privileges: u32 = 0;
  if (access.kind == Kind.STRING) privileges = ROLE_PRIVILEGES[access.word];
  for (let name = access.first; name !== null; name = after(name)) {
    if (name.valid) privileges |= NAME_PRIVILEGES[name.word];
  }
  sogoFault(access, privileges, config, faults);
  return privileges;
}

/** SOGo ignores `If-None-Match: *`, which is how the filter lets somebody add without overwriting. */
function sogoFault(access: Node, privileges: u32, config: Config, faults: Faults): void {
  if (config.server != Server.SOGO || !(privileges & Privilege.BIND) || privileges & Privilege.WRITE_CONTENT) return;
  faults.at(access, "SOGo cannot keep who may only add from overwriting: it ignores If-None-Match (write is possible)");
}

function readShow(node: Node | null): u8 {
  return node === null ? Show.BUSY : <u8>node.word;
}

function isEverybody(ptr: usize, len: i32): bool {
  return equal(ptr, len, ANYONE.ptr, ANYONE.len) || equal(ptr, len, AUTHENTICATED.ptr, AUTHENTICATED.len);
}

function isStar(ptr: usize, len: i32): bool {
  return len == 1 && load<u8>(ptr) == 42;
}
