/** Requests of clients of all kinds: ordinary, curious and broken ones. */
import type { RequestInput } from "../emulator/index.ts";
import type { Random } from "../../property/xml/support/random.ts";
import type { Who } from "./model.ts";
import { items } from "./world.ts";

const names = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"';
const USERS = [
  "alice",
  "bob",
  "carol",
  "dave",
  "erin",
  "frank",
  "gina",
  "heidi",
  "ivan",
  "judy",
  "",
  "",
  "BOB",
  "group:team",
];
const METHODS = [
  "GET", "GET", "GET", "HEAD", "PROPFIND", "PROPFIND", "REPORT", "REPORT", "REPORT", "PUT", "PUT", "DELETE", "POST",
  "PROPPATCH", "MKCALENDAR", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "ACL", "OPTIONS", "TRACE", "PATCH", "get", "SEARCH",
]; // prettier-ignore

export const someone = (random: Random): Who => ({
  user: random.pick(USERS),
  groups: random.once(5) ? [random.pick(["team", "staff", "other", "bob"])] : [],
});

function path(random: Random): string {
  const item = random.pick(items);
  const plain = random.pick([
    item.href, item.href, item.href, item.href, `/${item.owner}/${item.calendar}/`, `/${item.owner}/${item.calendar}/`,
    `/${item.owner}/${item.calendar}`, `/${item.owner}/${item.calendar}/new.ics`, `/${item.owner}/`, "/bob/", "/bob/own/1.ics",
    "/", "/.web/x", "/.web", "/.well-known/caldav", `/${item.owner}/inbox/1.ics`, `/${item.owner}/${item.calendar}/sub/x.ics`, "*",
  ]); // prettier-ignore
  if (!random.once(6)) return plain;
  const at = random.below(plain.length);
  const odd = random.pick([
    "/", "%2f", "%2F", "%5c", "..", "/../", "/./", "%2e%2e", "%252e", ";x", "?export", "?x=%2e", "%00", "%c0%af", "%ff", "é",
    "%C3%A9", "%", "%4", "%u0041", "+", " ", "\\", "#", "%3F", "%23", "%77",
  ]); // prettier-ignore
  return plain.slice(0, at) + odd + plain.slice(at);
}

function body(random: Random, method: string): string {
  if (method === "PUT" || method === "POST") return random.pick(items).text.replaceAll(/WORD\w+W|ALARM\w+A/g, "mine");
  const props = random.pick([
    "<D:getetag/>", "<D:getetag/><C:calendar-data/>", "<D:displayname/><D:current-user-privilege-set/>",
    '<C:calendar-data><C:expand start="20260101T000000Z" end="20260201T000000Z"/></C:calendar-data>',
    '<C:calendar-data><C:comp name="VCALENDAR"><C:comp name="VEVENT"><C:prop name="SUMMARY"/></C:comp></C:comp></C:calendar-data>',
  ]); // prettier-ignore
  const prop = `<D:prop>${props}</D:prop>`;
  const hrefs = Array.from(
    { length: random.below(8) },
    () => `<D:href>${path(random).replace(/[&<]/g, "")}</D:href>`,
  ).join("");
  const property = random.pick(["SUMMARY", "summary", "UID", "DTSTART", "X-A"]);
  const filter = random.pick([
    '<C:comp-filter name="VCALENDAR"/>',
    '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"/></C:comp-filter>',
    `<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:prop-filter name="${property}"><C:text-match>a</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter>`,
  ]); // prettier-ignore
  const made = random.pick([
    `<D:propfind ${names}>${prop}</D:propfind>`,
    `<D:propfind ${names}><D:allprop/></D:propfind>`,
    `<D:propfind ${names}><D:propname/></D:propfind>`,
    `<C:calendar-multiget ${names}>${prop}${hrefs}</C:calendar-multiget>`,
    `<C:calendar-multiget ${names}>${prop}${hrefs}</C:calendar-multiget>`,
    `<C:calendar-query ${names}>${prop}<C:filter>${filter}</C:filter></C:calendar-query>`,
    `<C:free-busy-query ${names}><C:time-range start="20260101T000000Z" end="20260201T000000Z"/></C:free-busy-query>`,
    `<D:sync-collection ${names}><D:sync-token>${random.pick(["", "urn:1", "urn:x-caldav-view:AAAA"])}</D:sync-token><D:sync-level>1</D:sync-level>${prop}</D:sync-collection>`,
    `<D:expand-property ${names}><D:property name="owner"/></D:expand-property>`,
    `<D:principal-match ${names}><D:self/></D:principal-match>`,
    `<D:propertyupdate ${names}><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>`,
    `<D:lockinfo ${names}><D:lockscope><D:exclusive/></D:lockscope></D:lockinfo>`,
    `<V:addressbook-query xmlns:V="urn:ietf:params:xml:ns:carddav" ${names}>${prop}</V:addressbook-query>`,
    `<!DOCTYPE x [<!ENTITY y "z">]><D:propfind ${names}/>`,
    "<a>".repeat(70),
    "",
  ]); // prettier-ignore
  if (!random.once(12) || made.length === 0) return made;
  const at = random.below(made.length);
  return made.slice(0, at) + random.pick(["<", "]]>", "&x;", "\0", "</D:prop>", ""]) + made.slice(at + random.below(3));
}

/** A request that somebody sends; `who` is what an earlier filter found out. */
export function request(random: Random, who: Who): RequestInput {
  const method = random.pick(METHODS);
  const headers: [string, string][] = [];
  if (who.user !== "") headers.push(["x-caldav-user", who.user]);
  if (who.groups.length > 0) headers.push(["x-caldav-groups", who.groups.join(", ")]);
  const sometimes = (n: number, name: string, ...values: string[]): void => {
    if (random.once(n)) headers.push([name, random.pick(values)]);
  };
  if (method === "PROPFIND" || method === "REPORT") headers.push(["depth", random.pick(["0", "1", "1", "1", "infinity", "2"])]);
  if (method === "COPY" || method === "MOVE" || random.once(20))
    headers.push(["destination", random.pick(["", "http://calendar.example", "https://calendar.example:443", "http://other"]) + path(random)]);
  sometimes(3, "overwrite", "F", "T", "f", "x");
  sometimes(4, "if-match", "*", '"1"', '"a", *', 'W/"1"', "x");
  sometimes(4, "if-none-match", "*", '"1"', '"AAAA"');
  sometimes(6, "if", '(["1"])', `<${path(random)}> (["1"])`, "(<urn:x>)", '(["a]<b"]) </alice/secret/> (["e"])', "<", "((");
  sometimes(4, "prefer", "return=representation", "return=minimal");
  sometimes(6, "range", "bytes=10-200");
  sometimes(4, "accept-encoding", "gzip, br");
  sometimes(30, "content-encoding", "gzip", "identity");
  sometimes(40, "x-http-method-override", "DELETE");
  sometimes(40, "x_caldav_user", "alice");
  if (who.user !== "") sometimes(60, "x-caldav-user", "alice");
  sometimes(40, "x-remote-user", "alice");
  sometimes(50, "depth", "1");
  sometimes(50, "cookie", "a=b");
  headers.push(["content-type", random.pick(["application/xml; charset=utf-8", "text/calendar", "text/xml", "application/xml; charset=utf-16"])]);
  const input: RequestInput = { method, path: path(random), headers };
  const bodied = !["GET", "HEAD", "DELETE", "OPTIONS", "COPY", "MOVE", "UNLOCK"].includes(method) || random.once(20);
  if (!bodied) return input;
  const text = body(random, method);
  if (random.once(3)) input.chunks = random.cut(Buffer.from(text), 8);
  else input.body = text;
  if (input.chunks && random.once(3)) input.trailers = { "x-end": "1", "x-caldav-user": "alice" };
  return input;
} // prettier-ignore
