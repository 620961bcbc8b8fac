import { Status } from "./abi.ts";
import { encodeBytePairs, type BytePair } from "./pairs.ts";

/**
 * A property as Envoy's expression language holds it. A bigint is a 64-bit integer, a number a double (so are all numbers
 * of metadata and JWT claims), an object a map, null a null.
 */
export type Property =
  string | Uint8Array | bigint | number | boolean | null | Property[] | { [name: string]: Property };

/** A 64-bit integer property. */
export function int(value: number): bigint {
  return BigInt(value);
}

/**
 * Serializes a property as `proxy_get_property` gives it: strings and bytes as they are, integers and doubles 8 bytes
 * little endian, booleans one byte, lists and maps as pairs (of a list the values are empty). Null has no form.
 * @returns null when it, or something inside it, cannot be serialized
 */
export function encodeProperty(value: Property): Buffer | null {
  if (value === null) return null;
  if (typeof value === "string") return Buffer.from(value);
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === "boolean") return Buffer.from([value ? 1 : 0]);
  const eight = Buffer.alloc(8);
  if (typeof value === "bigint") {
    eight.writeBigUInt64LE(BigInt.asUintN(64, value));
    return eight;
  }
  if (typeof value === "number") {
    eight.writeDoubleLE(value);
    return eight;
  }
  // The order of a map is nobody's: it is not the order in which it was written.
  const entries: [Property, Property][] = Array.isArray(value)
    ? value.map((item) => [item, ""])
    : Object.entries(value)
        .reverse()
        .map(([name, item]) => [name, item]);
  const pairs: BytePair[] = [];
  for (const [first, second] of entries) {
    const pair = [encodeProperty(first), encodeProperty(second)];
    if (!pair[0] || !pair[1]) return null;
    pairs.push([pair[0], pair[1]]);
  }
  return encodeBytePairs(pairs);
}

/**
 * Follows a path of names and list indexes through a property.
 * @returns undefined when something on the way is missing
 */
export function walk(root: Property | undefined, path: readonly string[]): Property | undefined {
  let at = root;
  for (const part of path) {
    if (Array.isArray(at)) at = /^\d+$/.test(part) ? at[Number(part)] : undefined;
    else if (at !== null && typeof at === "object" && !(at instanceof Uint8Array))
      at = Object.hasOwn(at, part) ? at[part] : undefined;
    else return undefined;
  }
  return at;
}

/** Answer of `proxy_get_property` for what `walk` found: bytes or a status. */
export function serialized(value: Property | undefined): Buffer | number {
  if (value === undefined) return Status.NotFound;
  return encodeProperty(value) ?? Status.SerializationFailure;
}
