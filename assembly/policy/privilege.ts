/**
 * Privileges of RFC 3744 and RFC 4791 as bits. Only leaves are bits; the aggregates (`write`, `all`) are sums of leaves.
 */
export namespace Privilege {
  export const NONE: u32 = 0;
  export const READ: u32 = 1;
  export const WRITE_PROPERTIES: u32 = 2;
  export const WRITE_CONTENT: u32 = 4;
  export const BIND: u32 = 8;
  export const UNBIND: u32 = 16;
  export const UNLOCK: u32 = 32;
  export const READ_ACL: u32 = 64;
  export const READ_CURRENT_USER_PRIVILEGE_SET: u32 = 128;
  export const WRITE_ACL: u32 = 256;
  export const READ_FREE_BUSY: u32 = 512;
  /** Not a WebDAV privilege: the calendar is listed and every event of it is seen as a "Busy" block (role `busy`). */
  export const READ_BUSY: u32 = 1024;
  /** Not a WebDAV privilege: the role `owner` itself, which may delete the calendar and see its ACL. */
  export const OWN: u32 = 2048;

  /** RFC 3744, 3.2: DAV:write holds these four. */
  export const WRITE: u32 = 2 | 4 | 8 | 16;
  export const ALL: u32 = 1 | 2 | 4 | 8 | 16 | 32 | 64 | 128 | 256 | 512 | 2048;
}

/** What a role or a privilege of the configuration stands for; 0 for a word that is neither. */
export function privilegesOfRole(role: string): u32 {
  if (role == "free-busy") return Privilege.READ_FREE_BUSY;
  if (role == "busy") return Privilege.READ_FREE_BUSY | Privilege.READ_BUSY | Privilege.READ_CURRENT_USER_PRIVILEGE_SET;
  const read = Privilege.READ | Privilege.READ_CURRENT_USER_PRIVILEGE_SET | Privilege.READ_FREE_BUSY;
  if (role == "read") return read;
  if (role == "append") return read | Privilege.BIND;
  const write = read | Privilege.WRITE_CONTENT | Privilege.BIND | Privilege.UNBIND | Privilege.UNLOCK;
  if (role == "write") return write;
  if (role == "manage") return write | Privilege.WRITE_PROPERTIES;
  if (role == "owner") return Privilege.ALL;
  return 0;
}

/**
 * One privilege name of a list, with the aggregates of RFC 3744 (and RFC 4791, 6.1.1: `read` holds `read-free-busy`);
 * 0 for an unknown name.
 */
export function privilegesOfName(name: string): u32 {
  if (name == "read") return Privilege.READ | Privilege.READ_FREE_BUSY | Privilege.READ_CURRENT_USER_PRIVILEGE_SET;
  if (name == "write") return Privilege.WRITE;
  if (name == "write-properties") return Privilege.WRITE_PROPERTIES;
  if (name == "write-content") return Privilege.WRITE_CONTENT;
  if (name == "bind") return Privilege.BIND;
  if (name == "unbind") return Privilege.UNBIND;
  if (name == "unlock") return Privilege.UNLOCK;
  if (name == "read-acl") return Privilege.READ_ACL;
  if (name == "read-current-user-privilege-set") return Privilege.READ_CURRENT_USER_PRIVILEGE_SET;
  if (name == "write-acl") return Privilege.WRITE_ACL;
  if (name == "read-free-busy") return Privilege.READ_FREE_BUSY;
  if (name == "all") return Privilege.ALL;
  return 0;
}

/** The words `access` takes, for suggestions. */
export const ROLE_NAMES: string[] = ["free-busy", "busy", "read", "append", "write", "manage", "owner"];
/** The words a list in `access` takes, for suggestions. */
export const PRIVILEGE_NAMES: string[] = [
  "read",
  "write",
  "write-properties",
  "write-content",
  "bind",
  "unbind",
  "unlock",
  "read-acl",
  "read-current-user-privilege-set",
  "write-acl",
  "read-free-busy",
  "all",
];
