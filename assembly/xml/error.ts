/** Why a document was refused. The first fault ends the reading; nothing after it is looked at. */
export namespace XmlError {
  export const NONE: i32 = 0;
  /** Not well-formed (XML 1.0, Namespaces in XML 1.0), or over a ceiling other than depth. */
  export const MALFORMED: i32 = 1;
  /** A document type or entity declaration. CalDAV needs none, and they are how XML is used to attack. */
  export const DOCTYPE: i32 = 2;
  /** Not UTF-8, or it says that it is something else. */
  export const ENCODING: i32 = 3;
  /** Elements nested deeper than allowed. */
  export const TOO_DEEP: i32 = 4;
}
