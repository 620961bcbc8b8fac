import { Slice } from "../bytes/slice";
import { Writer } from "../bytes/writer";
import { readBody, replaceBody, WINDOW } from "../host/body";
import { Redactor } from "../policy/redaction";
import { View } from "../policy/redaction_view";

/** All responses held at one time, in bytes, in one VM; over it a response is refused, not a VM lost. */
const MAX_HELD: i32 = 48 << 20;
let held: i32 = 0;

const window = new Slice();
/** What a view shows of the object that ended last; one at a time. */
const shown = new Writer(20 << 20);

/**
 * A calendar object, or a whole calendar, that is held until all of it is there and then shown as a view does: what is
 * strictest in it is known only at its end. It is taken out of the host's buffer as it comes, so that Envoy's buffer
 * limit is never met.
 */
export class HeldObject {
  readonly view: View = new View();
  private redactor: Redactor = new Redactor();
  private size: i32 = 0;
  private isCollection: bool = false;

  /** `isCollection`: the text is that of a whole calendar. The view is filled in before. */
  begin(isCollection: bool): void {
    this.size = 0;
    this.isCollection = isCollection;
    this.redactor.begin(this.view, isCollection);
  }

  /** Takes the `size` bytes that are readable now; false when the host gives none or too much is held. */
  take(kind: i32, size: i32): bool {
    let at = 0;
    while (at < size) {
      if (!readBody(kind, at, min(WINDOW, size - at), window)) return false;
      if (held + window.len > MAX_HELD) return false;
      held += window.len;
      this.size += window.len;
      this.redactor.write(window.ptr, window.len);
      at += window.len;
    }
    return size == 0 || replaceBody(kind, size, 0, 0);
  }

  /** What the view shows, valid until the next object ends; null when nothing of it may be seen. */
  finish(): Writer | null {
    shown.release(1 << 20);
    // No text at all: some servers answer so for a calendar without events.
    const isEmpty = this.isCollection && this.size == 0;
    const passes = isEmpty || this.redactor.end(shown);
    this.release();
    return passes ? shown : null;
  }

  /** Drops what is held. */
  release(): void {
    held -= this.size;
    this.size = 0;
    this.redactor.release(0);
  }
}
