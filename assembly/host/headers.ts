import {
  proxy_add_header_map_value,
  proxy_get_header_map_pairs,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
  proxy_set_header_map_pairs,
} from "../abi/imports";
import { answerAddress, answeredLen, answeredPtr } from "../abi/memory";
import { Status } from "../abi/types";
import { Slice } from "../bytes/slice";
import { Text } from "../bytes/text";

/**
 * A cursor over a header map, read from the host in one call and parsed in place. Names come in lower case (Envoy's
 * doing), pseudo headers such as `:path` first. The slices stay valid until the next host callback begins.
 */
export class HeaderCursor {
  readonly name: Slice = new Slice();
  readonly value: Slice = new Slice();
  private block: usize = 0;
  private sizes: usize = 0;
  private data: usize = 0;
  private end: usize = 0;
  private left: i32 = 0;

  /** Reads the whole map; false when the host gives none in this phase or it does not fit. */
  open(map: i32): bool {
    this.left = 0;
    this.block = 0;
    const answer = answerAddress();
    if (proxy_get_header_map_pairs(map, answer, answer + 4) != Status.OK) return false;
    const ptr = answeredPtr();
    const len = answeredLen();
    if (ptr == 0 || len < 4) return false;
    const count = load<i32>(ptr);
    if (count < 0 || <i64>count * 8 + 4 > <i64>len) return false;
    this.block = ptr;
    this.end = ptr + <usize>len;
    this.rewind();
    return true;
  }

  /** Goes back to before the first header, as the map was when it was read; in the same host callback only. */
  rewind(): void {
    if (this.block == 0) return;
    this.left = load<i32>(this.block);
    this.sizes = this.block + 4;
    this.data = this.sizes + ((<usize>this.left) << 3);
  }

  /** Steps to the next header; false at the end. */
  next(): bool {
    if (this.left <= 0) return false;
    const nameLen = load<i32>(this.sizes);
    const valueLen = load<i32>(this.sizes, 4);
    const after = <i64>this.data + <i64>nameLen + <i64>valueLen + 2;
    if (nameLen < 0 || valueLen < 0 || after > <i64>this.end) {
      this.left = 0;
      return false;
    }
    this.name.set(this.data, nameLen);
    this.value.set(this.data + <usize>nameLen + 1, valueLen);
    this.data = <usize>after;
    this.sizes += 8;
    this.left--;
    return true;
  }
}

/** Sets a header to one value, dropping any it had. */
export function replaceHeader(map: i32, name: Text, ptr: usize, len: i32): u32 {
  return proxy_replace_header_map_value(map, name.ptr, name.len, ptr, len);
}

/** Sets a header to a constant. */
export function replaceHeaderText(map: i32, name: Text, value: Text): u32 {
  return proxy_replace_header_map_value(map, name.ptr, name.len, value.ptr, value.len);
}

/** Adds a value to those that a header has. */
export function addHeader(map: i32, name: Text, ptr: usize, len: i32): u32 {
  return proxy_add_header_map_value(map, name.ptr, name.len, ptr, len);
}

export function addHeaderText(map: i32, name: Text, value: Text): u32 {
  return proxy_add_header_map_value(map, name.ptr, name.len, value.ptr, value.len);
}

export function removeHeader(map: i32, ptr: usize, len: i32): u32 {
  return proxy_remove_header_map_value(map, ptr, len);
}

/** Removes every header of the map; used for trailers. */
export function clearHeaders(map: i32): u32 {
  store<u32>(EMPTY_PAIRS, 0);
  return proxy_set_header_map_pairs(map, EMPTY_PAIRS, 4);
}

const EMPTY_PAIRS: usize = memory.data(4);
