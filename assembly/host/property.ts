import { proxy_get_property, proxy_set_property } from "../abi/imports";
import { answerAddress, answeredLen, answeredPtr } from "../abi/memory";
import { Status } from "../abi/types";
import { Slice } from "../bytes/slice";
import { Text } from "../bytes/text";
import { Writer } from "../bytes/writer";

/** Reads an attribute of Envoy; `path` has its parts separated by NUL. False when there is none. */
export function readProperty(path: usize, pathLen: i32, into: Slice): bool {
  into.clear();
  const answer = answerAddress();
  if (proxy_get_property(path, pathLen, answer, answer + 4) != Status.OK || answeredPtr() == 0) return false;
  into.set(answeredPtr(), answeredLen());
  return true;
}

/** The path of a property from its parts, encoded once. */
export function propertyPath(parts: string[]): Text {
  return new Text(parts.join("\0"));
}

/** Sets the filter state `wasm.NAME`, which access logs and later filters can read. */
export function setFilterState(name: Text, ptr: usize, len: i32): void {
  proxy_set_property(name.ptr, name.len, ptr, len);
}

/** As `setFilterState`, from a writer. */
export function setFilterStateFrom(name: Text, value: Writer): void {
  proxy_set_property(name.ptr, name.len, value.ptr, value.len);
}
