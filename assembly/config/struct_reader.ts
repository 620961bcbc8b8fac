import { isUtf8 } from "../bytes/utf8";
import { Document, Kind, MAX_DEPTH, Node } from "./document";
import { Faults } from "./faults";
import { duplicateKey } from "./key_index";

/** The messages of google/protobuf/struct.proto that nest, as what a frame is in. */
namespace Message {
  export const STRUCT: i32 = 0;
  export const ENTRY: i32 = 1;
  export const VALUE: i32 = 2;
  export const LIST: i32 = 3;
}

/** How a field of the wire format is encoded. */
namespace Wire {
  export const VARINT: i32 = 0;
  export const FIXED64: i32 = 1;
  export const BYTES: i32 = 2;
  export const FIXED32: i32 = 5;
}

// @ts-ignore: decorator
@unmanaged
class Frame {
  message: i32;
  end: usize;
  node: Node;
  /** The last child so far, for STRUCT and LIST. */
  last: Node | null;
  /** ENTRY: its value was read. VALUE: one of its fields was. */
  filled: bool;
}

const FRAMES: i32 = MAX_DEPTH * 3 + 1;

/**
 * Reads a serialized google.protobuf.Struct (what Envoy hands over for a YAML configuration) into the document, without
 * recursion. Fields may come in any order, and unknown ones are passed over. Text points into the bytes read. False and
 * one fault when the bytes are malformed, too deep or hold a key twice.
 */
export function readStruct(ptr: usize, len: i32, document: Document, faults: Faults): bool {
  const reader = new StructReader(ptr, ptr + <usize>len, document, faults);
  const good = reader.read();
  reader.free();
  return good;
}

class StructReader {
  private frames: usize = heap.alloc(<usize>FRAMES * offsetof<Frame>());
  /** The innermost frame, and the one that is too deep. */
  private top: usize;
  private limit: usize;
  /** Set by `varint` when the bytes are no varint. */
  private broken: bool = false;

  constructor(
    private at: usize,
    private end: usize,
    private document: Document,
    private faults: Faults,
  ) {
    this.top = this.frames - offsetof<Frame>();
    this.limit = this.frames + <usize>FRAMES * offsetof<Frame>();
  }

  free(): void {
    heap.free(this.frames);
  }

  read(): bool {
    this.push(Message.STRUCT, this.document.root, this.end);
    while (this.top >= this.frames) {
      const frame = changetype<Frame>(this.top);
      if (this.at == frame.end) {
        if (!this.close(frame)) return false;
        this.top -= offsetof<Frame>();
        continue;
      }
      const tag = this.varint(frame.end);
      const field = tag >> 3;
      const wire = <i32>(tag & 7);
      if (this.broken || field == 0 || field > 0x1fffffff) return this.malformed();
      const good =
        frame.message == Message.VALUE
          ? this.valueField(frame, <i32>field, wire)
          : field <= 2 && wire == Wire.BYTES
            ? this.nested(frame, <i32>field)
            : this.skip(wire, frame.end);
      if (!good) return this.faults.count > 0 ? false : this.malformed();
    }
    return true;
  }

  /** A length-delimited field of a Struct, of one of its entries or of a ListValue. */
  private nested(frame: Frame, field: i32): bool {
    const end = this.delimited(frame.end);
    if (end == 0) return false;
    if (frame.message == Message.ENTRY) {
      const node = frame.node;
      if (field == 2) {
        if (frame.filled) return false;
        frame.filled = true;
        return this.push(Message.VALUE, node, end);
      }
      node.key = this.at;
      node.keyLen = <i32>(end - this.at);
      this.at = end;
      return isUtf8(node.key, node.keyLen);
    }
    if (field != 1) {
      this.at = end;
      return true;
    }
    const child = this.document.append(frame.node, frame.last);
    if (child === null) return this.fail("holds too many values");
    frame.last = child;
    return this.push(frame.message == Message.STRUCT ? Message.ENTRY : Message.VALUE, child, end);
  }

  /** A field of a Value: one of a oneof. */
  private valueField(frame: Frame, field: i32, wire: i32): bool {
    const node = frame.node;
    const expected = field == 1 || field == 4 ? Wire.VARINT : field == 2 ? Wire.FIXED64 : Wire.BYTES;
    if (field > 6 || wire != expected) return this.skip(wire, frame.end);
    // A oneof written twice is no canonical encoding; which one counts would be a guess.
    if (frame.filled) return false;
    frame.filled = true;
    if (field == 1) {
      this.varint(frame.end);
      return !this.broken;
    }
    if (field == 2) {
      if (frame.end - this.at < 8) return false;
      node.setNumber(load<f64>(this.at));
      this.at += 8;
      return true;
    }
    if (field == 4) {
      node.setBool(this.varint(frame.end) != 0);
      return !this.broken;
    }
    const end = this.delimited(frame.end);
    if (end == 0) return false;
    if (field == 3) {
      node.setText(this.at, <i32>(end - this.at));
      this.at = end;
      return isUtf8(node.text, node.textLen);
    }
    node.setContainer(field == 5 ? Kind.OBJECT : Kind.LIST);
    return this.push(field == 5 ? Message.STRUCT : Message.LIST, node, end);
  }

  private close(frame: Frame): bool {
    if (frame.message != Message.STRUCT) return true;
    const duplicate = duplicateKey(frame.node);
    if (duplicate === null) return true;
    this.faults.at(duplicate, "duplicate key");
    return false;
  }

  private push(message: i32, node: Node, end: usize): bool {
    const next = this.top + offsetof<Frame>();
    if (next == this.limit) return this.fail("is nested too deeply");
    this.top = next;
    const frame = changetype<Frame>(next);
    frame.message = message;
    frame.end = end;
    frame.node = node;
    frame.last = null;
    frame.filled = false;
    return true;
  }

  // @ts-ignore: decorator
  @inline
  private varint(end: usize): u64 {
    // Nearly all tags and lengths are one byte.
    if (this.at < end && load<u8>(this.at) < 0x80) return <u64>load<u8>(this.at++);
    return this.longVarint(end);
  }

  private longVarint(end: usize): u64 {
    let value: u64 = 0;
    for (let shift: u64 = 0; shift < 70 && this.at < end; shift += 7) {
      const c = load<u8>(this.at++);
      value |= (<u64>(c & 0x7f)) << shift;
      if (c < 0x80) return value;
    }
    this.broken = true;
    return 0;
  }

  /** Reads a length and gives where the field ends; 0 when that is past `end`. */
  private delimited(end: usize): usize {
    const size = this.varint(end);
    return this.broken || size > <u64>(end - this.at) ? 0 : this.at + <usize>size;
  }

  private skip(wire: i32, end: usize): bool {
    if (wire == Wire.VARINT) this.varint(end);
    else if (wire == Wire.BYTES) {
      const to = this.delimited(end);
      if (to == 0) return false;
      this.at = to;
    } else {
      const size: usize = wire == Wire.FIXED64 ? 8 : wire == Wire.FIXED32 ? 4 : 0;
      if (size == 0 || end - this.at < size) return false;
      this.at += size;
    }
    return !this.broken;
  }

  private malformed(): bool {
    return this.fail("is neither a google.protobuf.Struct nor a JSON object");
  }

  private fail(message: string): bool {
    this.faults.at(this.document.root, message);
    return false;
  }
}
