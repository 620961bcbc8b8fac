import { equal, Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Config } from "../config/config";
import { Resource, ResourceKind } from "../dav/layout";
import { encodeEntityTag } from "../dav/entity_tags";
import { CalendarDataFilter, MultistatusPolicy, Rewrite } from "../dav/multistatus_policy";
import { pathOfReference, ResourcePath } from "../dav/path";
import { writePrivileges } from "../dav/privilege_xml";
import { BodyKind } from "../dav/report";
import { encodeSyncToken } from "../dav/sync_token";
import { Case } from "../policy/decide";
import { maySee } from "../policy/decide_body";
import { Privilege } from "../policy/privilege";
import { hidesClasses, hidesObjects, isView, viewCode, viewOf } from "../policy/grant_view";
import { Seen, SeenObjects } from "../policy/seen_objects";
import { Grant } from "../policy/shares";
import { ViewTags } from "../policy/view_tag";
import { XmlNamespace } from "../xml/namespace";
import { ViewFilter } from "./view_filter";

const HREF_OPEN: Text = text("<D:href>");
const HREF_CLOSE: Text = text("</D:href>");
const UNAUTHENTICATED: Text = text("<D:unauthenticated/>");
/** What stands in a policy that was not begun; one for all, since a thousand of them may be about. */
const NO_CONFIG = new Config();
const NO_CASE = new Case();
const NO_OBJECTS = new SeenObjects();
const NO_TAG = new Slice();
const NO_TAGS = new ViewTags(text(""));
const ADDRESS_DATA: Text = text("address-data");
const CALENDAR_DATA: Text = text("calendar-data");
const GETCONTENTLENGTH: Text = text("getcontentlength");
const GETCTAG: Text = text("getctag");
const GETETAG: Text = text("getetag");
const INVITE: Text = text("invite");
const PUBLISH_URL: Text = text("publish-url");
const SYNC_TOKEN: Text = text("sync-token");

/** The properties of an object (RFC 4918, 15; RFC 3744, 5) that are the same whatever the event in it says. */
const PLAIN: Text[] = [
  text("resourcetype"),
  text("getcontenttype"),
  text("getlastmodified"),
  text("creationdate"),
  text("supportedlock"),
  text("lockdiscovery"),
  text("owner"),
  text("group"),
  text("acl"),
  text("supported-privilege-set"),
  text("supported-report-set"),
  text("principal-collection-set"),
];

/** What an error names, for all. */
const namedPath = new ResourcePath();
const named = new Resource();
const namedGrant = new Grant();

const KEEP: i32 = 1024;

/** What one person may see of a 207, by the policy. Reused: `begin` before each response. */
export class ResponsePolicy extends MultistatusPolicy {
  private config: Config = NO_CONFIG;
  private it: Case = NO_CASE;
  private path: ResourcePath = new ResourcePath();
  private resource: Resource = new Resource();
  private grant: Grant = new Grant();
  private seen: SeenObjects = NO_OBJECTS;
  private lists: bool = false;
  private reports: bool = false;
  private queries: bool = false;
  private syncs: bool = false;
  private tags: ViewTags = NO_TAGS;
  private filter: ViewFilter | null = null;
  private property: Slice = new Slice();
  private showsTags: bool = true;
  /** What is known of the object asked for last, as the listing has it: a `Seen`. */
  private known: i32 = Seen.NOTHING;
  private tag: Slice = new Slice();
  /** Objects of a listing of which nothing is known, and such of which only another version is. */
  private unseen: i32 = 0;
  private changed: i32 = 0;
  private shown: i32 = 0;

  /**
   * `seen` says which objects exist for the person, where the request is one that `lists` them without their data;
   * `body` is the `BodyKind` of the request: in reports the server was asked for the data of every object of which a
   * part may be hidden. `showsTags`: the client asked for DAV:getetag and its value, not just the filter.
   */
  begin(config: Config, tags: ViewTags, it: Case, seen: SeenObjects, body: i32, showsTags: bool): void {
    this.seen = seen;
    this.showsTags = showsTags;
    this.unseen = 0;
    this.changed = 0;
    this.shown = 0;
    this.lists = it.decision.hidesObjects;
    this.queries = body == BodyKind.CALENDAR_QUERY;
    this.syncs = body == BodyKind.SYNC_COLLECTION;
    this.reports = this.queries || this.syncs || body == BodyKind.CALENDAR_MULTIGET;
    this.config = config;
    this.tags = tags;
    this.it = it;
    this.resource.clear();
    this.grant.clear();
  }

  /** Gives back what a large object took, and lets go of the configuration. */
  end(): void {
    this.config = NO_CONFIG;
    this.it = NO_CASE;
    this.tags = NO_TAGS;
    this.path.release(KEEP);
    this.seen = NO_OBJECTS;
    const filter = this.filter;
    if (filter !== null) filter.release();
  }

  visible(ptr: usize, len: i32): bool {
    this.resource.clear();
    this.grant.clear();
    const at = pathOfReference(ptr, len);
    if (!this.path.parse(ptr + <usize>at, len - at)) return false;
    this.config.layout.classify(this.path, this.resource);
    if (!maySee(this.config, this.it, this.path, this.resource, this.grant)) return false;
    if (!this.listsObject) return true;
    this.known = this.seen.find(this.resource.object, NO_TAG);
    return this.isOfCalendar(this.resource);
  }

  mayName(ptr: usize, len: i32): bool {
    const at = pathOfReference(ptr, len);
    if (!namedPath.parse(ptr + <usize>at, len - at)) return false;
    named.clear();
    namedGrant.clear();
    this.config.layout.classify(namedPath, named);
    if (!maySee(this.config, this.it, namedPath, named, namedGrant)) return false;
    if (!this.lists || named.kind != ResourceKind.OBJECT) return true;
    return this.isOfCalendar(named) && this.seen.shows(named.object);
  }

  /** True when it depends on `seen` whether the resource asked for last may be shown. */
  private get listsObject(): bool {
    return this.lists && this.resource.kind == ResourceKind.OBJECT;
  }

  /** True for what lies in the calendar that was looked through. */
  private isOfCalendar(here: Resource): bool {
    const asked = this.it.request.resource;
    return (
      equal(here.user.ptr, here.user.len, asked.user.ptr, asked.user.len) &&
      equal(here.calendar.ptr, here.calendar.len, asked.calendar.ptr, asked.calendar.len)
    );
  }

  /** True when the listing had objects, or versions of objects, that no look has seen. */
  get isUncertain(): bool {
    return this.unseen + this.changed > 0;
  }

  /** True when there were objects in the listing of which every look has seen another version. */
  get hasChanged(): bool {
    return this.changed > 0;
  }

  /** True when no object was shown. */
  get showsNothing(): bool {
    return this.shown == 0;
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
    if (!this.seesView()) return null;
    let filter = this.filter;
    if (filter === null) {
      filter = new ViewFilter();
      this.filter = filter;
    }
    viewOf(this.grant, filter.view);
    return filter;
  }

  /** Where the server was not asked for the data, the entity tag says what is known of an object. */
  needsProof(): bool {
    if (this.listsObject) return true;
    if (!this.reports || this.resource.kind != ResourceKind.OBJECT || !this.seesView()) return false;
    return this.queries ? hidesClasses(this.grant) : hidesObjects(this.grant);
  }

  isProven(): bool {
    return this.listsObject && this.known == Seen.SHOWN;
  }

  lacksProof(): void {
    if (!this.listsObject) return;
    if (this.known == Seen.OTHER) this.changed++;
    else if (this.known == Seen.NOTHING) this.unseen++;
  }

  rewriteProperty(namespace: i32, local: usize, localLen: i32): i32 {
    this.property.set(local, localLen);
    // Who else has a share, or a link that shows all to anybody, is between them and the owner.
    if (this.property.is(INVITE) || this.property.is(PUBLISH_URL)) return this.isOwn() ? Rewrite.KEEP : Rewrite.DROP;
    if (namespace == XmlNamespace.DAV && this.property.is(SYNC_TOKEN)) {
      return this.tokenGrant() === null ? Rewrite.KEEP : Rewrite.REPLACE;
    }
    if (!this.seesView()) return Rewrite.KEEP;
    if (namespace == XmlNamespace.DAV && this.property.is(GETETAG)) return Rewrite.REPLACE;
    if (namespace == XmlNamespace.CALENDARSERVER && this.property.is(GETCTAG)) return Rewrite.REPLACE;
    // An event may stand in other properties than the one that is redacted.
    if (this.property.is(CALENDAR_DATA) || this.property.is(ADDRESS_DATA)) return Rewrite.DROP;
    if (this.resource.kind >= ResourceKind.OBJECT) return this.isPlain(namespace) ? Rewrite.KEEP : Rewrite.DROP;
    // The size of what is hidden tells of it.
    return namespace == XmlNamespace.DAV && this.property.is(GETCONTENTLENGTH) ? Rewrite.DROP : Rewrite.KEEP;
  }

  /**
   * True for a property of an object that tells nothing of the event in it. Others may: DAViCal gives SUMMARY as the
   * displayname, and clients keep notes in properties of their own.
   */
  private isPlain(namespace: i32): bool {
    if (namespace != XmlNamespace.DAV) return false;
    for (let i = 0; i < PLAIN.length; i++) if (this.property.is(unchecked(PLAIN[i]))) return true;
    return false;
  }

  replaceProperty(namespace: i32, local: usize, localLen: i32, value: usize, valueLen: i32, out: Writer): void {
    this.property.set(local, localLen);
    if (valueLen == 0) return;
    if (this.property.is(GETETAG)) {
      if (this.listsObject) this.lookUp(value, valueLen);
      if (this.showsTags) encodeEntityTag(this.tags, viewCode(this.grant), value, valueLen, out);
    } else if (this.property.is(SYNC_TOKEN)) {
      const grant = this.tokenGrant();
      if (grant !== null) encodeSyncToken(this.tags, viewCode(grant), value, valueLen, out);
    } else this.tags.encode(viewCode(this.grant), value, valueLen, out);
  }

  private lookUp(tag: usize, len: i32): void {
    this.tag.set(tag, len);
    this.known = this.seen.find(this.resource.object, this.tag);
    if (this.known == Seen.SHOWN) this.shown++;
  }

  private isOwn(): bool {
    return this.it.person.is(this.resource.user);
  }

  /** True when the resource asked for last lies in a calendar that the person sees through a view. */
  private seesView(): bool {
    return this.resource.isInCalendar && !this.isOwn() && isView(this.grant);
  }

  /** What the person has where a sync-token belongs to, when that is seen through a view. */
  private tokenGrant(): Grant | null {
    const asked = this.it.request.resource;
    if (!asked.isInCalendar) return this.seesView() ? this.grant : null;
    return !this.it.isOwner && isView(this.it.grant) ? this.it.grant : null;
  }
}
