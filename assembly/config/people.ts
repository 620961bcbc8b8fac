import { equalFolded } from "../bytes/slice";
import { isUserName } from "../policy/user_name";
import { IdentityConfig } from "./config";
import { after, Node } from "./document";
import { quote, quoteString } from "./faults";
import { GROUP_PREFIX, isGroup } from "./formats";
import { KeyIndex } from "./key_index";
import { Suggestion } from "./suggest";

/**
 * Whom a configuration may name: tells names that can never be anybody's, given how identities are made, and groups
 * that nobody defines. Owns its index until `free`.
 */
export class People {
  private groups: Node | null;
  private index: KeyIndex;
  private lowercase: bool;
  /** `@` and the domain that is taken off, as UTF-8; empty for none. */
  private domain: ArrayBuffer;
  private hasOtherGroups: bool;

  /** `groups` is the configuration's object of that name, if any. */
  constructor(identity: IdentityConfig, groups: Node | null) {
    this.groups = groups;
    this.index = new KeyIndex(groups);
    this.lowercase = identity.lowercase;
    this.domain = String.UTF8.encode(identity.stripDomain.length > 0 ? "@" + identity.stripDomain : "");
    this.hasOtherGroups = identity.groupsHeader.length > 0 || identity.groupsClaim.length > 0;
  }

  free(): void {
    this.index.free();
  }

  /** What is wrong with a user's name; null when somebody can be called so. */
  userFault(ptr: usize, len: i32): string | null {
    if (len > 0 && (load<u8>(ptr) == 32 || load<u8>(ptr + <usize>(len - 1)) == 32)) {
      return "can never match: no user's name has white space around it";
    }
    if (!isUserName(ptr, len)) return 'can never match: no user\'s name begins with "." or holds "\\" or ";"';
    const at = this.domain.byteLength;
    let kept = len;
    if (at > 0 && len >= at && equalFolded(ptr + <usize>(len - at), at, changetype<usize>(this.domain), at)) {
      kept = len - at;
    }
    const hasUpper = this.lowercase && hasUpperCase(ptr, kept);
    if (kept == len && !hasUpper) return null;
    const name = String.UTF8.decodeUnsafe(ptr, kept);
    const why =
      kept < len
        ? "identity.strip_domain takes " + quoteString(String.UTF8.decode(this.domain)) + " off"
        : "identity.lowercase makes every name lower case";
    const instead = this.lowercase ? lowerCase(name) : name;
    return "can never match: " + why + (kept > 0 ? " (write " + quoteString(instead) + ")" : "");
  }

  /** What is wrong with a subject of a share: `userFault`, or a group that nobody defines; null when nothing is. */
  subjectFault(ptr: usize, len: i32): string | null {
    if (!isGroup(ptr, len)) return this.userFault(ptr, len);
    return this.groupFault(ptr + GROUP_PREFIX, len - GROUP_PREFIX, this.hasOtherGroups);
  }

  /** What is wrong with a group's name that must be defined here, unless `elsewhere` may do so too. */
  groupFault(ptr: usize, len: i32, elsewhere: bool): string | null {
    if (elsewhere || this.index.find(ptr, len) !== null) return null;
    const suggestion = new Suggestion(ptr, len);
    const groups = this.groups;
    if (groups !== null) {
      for (let group = groups.first; group !== null; group = after(group)) suggestion.offer(group.key, group.keyLen);
    }
    const near = suggestion.toString();
    return "unknown group " + quote(ptr, len) + (near.length > 0 ? ' (did you mean "' + near + '"?)' : "");
  }
}

function hasUpperCase(ptr: usize, len: i32): bool {
  for (let i = 0; i < len; i++) if (load<u8>(ptr + <usize>i) - 65 < 26) return true;
  return false;
}

/** ASCII letters alone, as identities are made lower case. */
export function lowerCase(value: string): string {
  let result = "";
  for (let i = 0; i < value.length; i++) {
    const c = value.charCodeAt(i);
    result += c >= 65 && c <= 90 ? String.fromCharCode(c + 32) : value.charAt(i);
  }
  return result;
}
