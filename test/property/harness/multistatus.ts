import { Writer } from "../../../assembly/bytes/writer";
import { MultistatusRewriter } from "../../../assembly/dav/multistatus";
import { CalendarDataFilter, MultistatusPolicy, Rewrite } from "../../../assembly/dav/multistatus_policy";
import { escapeText } from "../../../assembly/xml/escape";

/** A `MultistatusRewriter` for tests in Node, with a policy that reads all it does from words in the href. */

function has(ptr: usize, len: i32, word: string): bool {
  return String.UTF8.decodeUnsafe(ptr, len).includes(word);
}

/** Makes ASCII letters upper-case; withholds a text with a `!` in it. */
class Upper extends CalendarDataFilter {
  private passes: bool = true;

  begin(): void {
    this.passes = true;
  }

  write(ptr: usize, len: i32, out: Writer): void {
    for (let i = 0; i < len; i++) {
      const c = load<u8>(ptr + <usize>i);
      if (c == 33) this.passes = false;
      out.byte(c - 97 < 26 ? c - 32 : c);
    }
  }

  end(out: Writer): bool {
    out.string("<&\r>");
    return this.passes;
  }
}

class WordPolicy extends MultistatusPolicy {
  private href: string = "";
  private upper: Upper = new Upper();

  visible(ptr: usize, len: i32): bool {
    this.href = String.UTF8.decodeUnsafe(ptr, len);
    return !this.href.includes("hidden");
  }

  mayName(ptr: usize, len: i32): bool {
    return !has(ptr, len, "hidden");
  }

  privileges(out: Writer): void {
    out.string("<D:for>");
    const bytes = String.UTF8.encode(this.href);
    escapeText(changetype<usize>(bytes), bytes.byteLength, out);
    out.string("</D:for>");
  }

  aclVisible(): bool {
    return this.href.includes("own");
  }

  currentUserPrincipal(out: Writer): void {
    out.string("<D:href>/me/</D:href>");
  }

  calendarData(): CalendarDataFilter | null {
    return this.href.includes("upper") ? this.upper : null;
  }

  needsProof(): bool {
    return this.href.includes("upper") && this.href.includes("needs");
  }

  rewriteProperty(namespace: i32, local: usize, localLen: i32): i32 {
    if (has(local, localLen, "gone")) return Rewrite.DROP;
    return has(local, localLen, "new") ? Rewrite.REPLACE : Rewrite.KEEP;
  }

  replaceProperty(namespace: i32, local: usize, localLen: i32, value: usize, valueLen: i32, out: Writer): void {
    out.string(`<D:was xmlns:D="DAV:">`);
    escapeText(value, valueLen, out);
    out.string("</D:was>");
  }

  mapHref(ptr: usize, len: i32, out: Writer): bool {
    if (!has(ptr, len, "moved")) return false;
    out.string("/there?&");
    out.bytes(ptr, len);
    return true;
  }
}

/** Sees and keeps all but what is hidden, without looking at strings: for measuring. */
class FastPolicy extends MultistatusPolicy {
  visible(ptr: usize, len: i32): bool {
    return load<u8>(ptr + <usize>(len - 1)) != 33;
  }
  privileges(out: Writer): void {}
  aclVisible(): bool {
    return true;
  }
  currentUserPrincipal(out: Writer): void {}
  calendarData(): CalendarDataFilter | null {
    return null;
  }
}

const rewriter = new MultistatusRewriter();
const words = new WordPolicy();
const fast = new FastPolicy();

export function alloc(len: i32): usize {
  return heap.alloc(<usize>len);
}

export function free(ptr: usize): void {
  heap.free(ptr);
}

export function begin(options: i32, maxHeld: i32): void {
  rewriter.maxHeld = maxHeld;
  rewriter.begin(words, options);
}

export function beginFast(): void {
  rewriter.begin(fast, 0);
}

export function appendNotFound(ptr: usize, len: i32): void {
  rewriter.appendNotFound(ptr, len);
}

export function write(ptr: usize, len: i32): bool {
  return rewriter.write(ptr, len);
}

export function outPtr(): usize {
  return rewriter.out.ptr;
}

export function outLen(): i32 {
  return rewriter.out.len;
}

export function drain(): void {
  rewriter.out.reset();
}

export function finish(): bool {
  return rewriter.finish();
}
