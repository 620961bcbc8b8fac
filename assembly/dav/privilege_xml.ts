import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Privilege } from "../policy/privilege";

class PrivilegeName {
  constructor(
    /** All of these bits must be there for the name to hold. */
    public bits: u32,
    public element: Text,
  ) {}
}

/** Names of RFC 3744 and RFC 4791, aggregates first. The prefixes D and C are bound by whoever writes the root. */
const NAMES: PrivilegeName[] = [
  new PrivilegeName(Privilege.ALL, text("D:all")),
  new PrivilegeName(Privilege.READ, text("D:read")),
  new PrivilegeName(Privilege.WRITE, text("D:write")),
  new PrivilegeName(Privilege.WRITE_PROPERTIES, text("D:write-properties")),
  new PrivilegeName(Privilege.WRITE_CONTENT, text("D:write-content")),
  new PrivilegeName(Privilege.BIND, text("D:bind")),
  new PrivilegeName(Privilege.UNBIND, text("D:unbind")),
  new PrivilegeName(Privilege.UNLOCK, text("D:unlock")),
  new PrivilegeName(Privilege.READ_ACL, text("D:read-acl")),
  new PrivilegeName(Privilege.READ_CURRENT_USER_PRIVILEGE_SET, text("D:read-current-user-privilege-set")),
  new PrivilegeName(Privilege.WRITE_ACL, text("D:write-acl")),
  new PrivilegeName(Privilege.READ_FREE_BUSY, text("C:read-free-busy")),
];

const OPEN: Text = text("<D:privilege><");
const CLOSE: Text = text("/></D:privilege>");

/**
 * Writes every privilege that holds as a DAV:privilege, the leaves of an aggregate too (RFC 3744, 5.4). Who sees a
 * calendar as "Busy" blocks reads it as well, and is told so.
 */
export function writePrivileges(privileges: u32, out: Writer): void {
  const held = privileges & Privilege.READ_BUSY ? privileges | Privilege.READ : privileges;
  for (let i = 0; i < NAMES.length; i++) {
    const name = unchecked(NAMES[i]);
    if ((held & name.bits) != name.bits) continue;
    out.text(OPEN);
    out.text(name.element);
    out.text(CLOSE);
  }
}

/** Writes the one DAV:privilege that a `need-privileges` names. */
export function writePrivilege(privilege: u32, out: Writer): void {
  for (let i = 1; i < NAMES.length; i++) {
    const name = unchecked(NAMES[i]);
    if (name.bits != privilege) continue;
    out.text(OPEN);
    out.text(name.element);
    out.text(CLOSE);
    return;
  }
}
