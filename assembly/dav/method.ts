import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";

/** The methods a CalDAV client needs; anything else is answered 405. */
export namespace Method {
  export const OTHER: i32 = 0;
  export const OPTIONS: i32 = 1;
  export const GET: i32 = 2;
  export const HEAD: i32 = 3;
  export const PUT: i32 = 4;
  export const DELETE: i32 = 5;
  export const POST: i32 = 6;
  export const PROPFIND: i32 = 7;
  export const PROPPATCH: i32 = 8;
  export const REPORT: i32 = 9;
  export const MKCALENDAR: i32 = 10;
  export const MKCOL: i32 = 11;
  export const COPY: i32 = 12;
  export const MOVE: i32 = 13;
  export const LOCK: i32 = 14;
  export const UNLOCK: i32 = 15;
  export const ACL: i32 = 16;
}

const NAMES: Text[] = [
  text(""),
  text("OPTIONS"),
  text("GET"),
  text("HEAD"),
  text("PUT"),
  text("DELETE"),
  text("POST"),
  text("PROPFIND"),
  text("PROPPATCH"),
  text("REPORT"),
  text("MKCALENDAR"),
  text("MKCOL"),
  text("COPY"),
  text("MOVE"),
  text("LOCK"),
  text("UNLOCK"),
  text("ACL"),
];

/** What a 405 and an answer to OPTIONS list. */
export const ALLOW: Text = text(
  "OPTIONS, GET, HEAD, PUT, DELETE, POST, PROPFIND, PROPPATCH, REPORT, MKCALENDAR, MKCOL, COPY, MOVE, LOCK, UNLOCK, ACL",
);

/** The method of a name; methods are case-sensitive (RFC 9110, 9.1). */
export function methodOf(name: Slice): i32 {
  for (let i = 1; i < NAMES.length; i++) if (name.is(unchecked(NAMES[i]))) return i;
  return Method.OTHER;
}

/** True when the method's request body is XML that decides something: it is held and read. */
export function readsBody(method: i32): bool {
  return (
    method == Method.PROPFIND ||
    method == Method.PROPPATCH ||
    method == Method.REPORT ||
    method == Method.MKCALENDAR ||
    method == Method.MKCOL ||
    method == Method.ACL ||
    method == Method.LOCK
  );
}
