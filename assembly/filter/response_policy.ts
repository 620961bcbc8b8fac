import { indexOf, Slice, startsWithFolded } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Config } from "../config/config";
import { Resource, ResourceKind } from "../dav/layout";
import { CalendarDataFilter, MultistatusPolicy } from "../dav/multistatus_policy";
import { ResourcePath } from "../dav/path";
import { writePrivileges } from "../dav/privilege_xml";
import { Case } from "../policy/decide";
import { maySee } from "../policy/decide_body";
import { Privilege } from "../policy/privilege";
import { Grant } from "../policy/shares";

const HREF_OPEN: Text = text("<D:href>");
const HREF_CLOSE: Text = text("</D:href>");
const UNAUTHENTICATED: Text = text("<D:unauthenticated/>");
const SCHEME_END: Text = text("://");

/** What one person may see of a 207, by the policy. Reused: `begin` before each response. */
export class ResponsePolicy extends MultistatusPolicy {
  private config: Config = new Config();
  private it: Case = new Case();
  private path: ResourcePath = new ResourcePath();
  private resource: Resource = new Resource();
  private grant: Grant = new Grant();

  begin(config: Config, it: Case): void {
    this.config = config;
    this.it = it;
  }

  visible(ptr: usize, len: i32): bool {
    this.resource.clear();
    this.grant.clear();
    const at = pathOf(ptr, len);
    if (!this.path.parse(ptr + <usize>at, len - at)) return false;
    this.config.layout.classify(this.path, this.resource);
    return maySee(this.config, this.it, this.path, this.resource, this.grant);
  }

  privileges(out: Writer): void {
    const isCollectionOfAll = this.resource.kind <= ResourceKind.CONTEXT;
    writePrivileges(
      isCollectionOfAll ? Privilege.READ | Privilege.READ_CURRENT_USER_PRIVILEGE_SET : this.grant.privileges,
      out,
    );
  }

  aclVisible(): bool {
    return (this.grant.privileges & Privilege.OWN) != 0;
  }

  currentUserPrincipal(out: Writer): void {
    const person = this.it.person;
    if (!person.isSignedIn) return out.text(UNAUTHENTICATED);
    out.text(HREF_OPEN);
    this.config.layout.writePrincipal(out, person.name);
    out.text(HREF_CLOSE);
  }

  calendarData(): CalendarDataFilter | null {
    return null;
  }
}

/** Where the path begins in a reference: a server may write its own scheme and host in front. */
function pathOf(ptr: usize, len: i32): i32 {
  if (len > 0 && load<u8>(ptr) == 0x2f) return 0;
  const colon = indexOf(ptr, len, 0x3a);
  if (colon < 0 || !startsWithFolded(ptr + <usize>colon, len - colon, SCHEME_END)) return 0;
  const host = colon + SCHEME_END.len;
  const slash = indexOf(ptr + <usize>host, len - host, 0x2f);
  return slash < 0 ? 0 : host + slash;
}
