/** What JSON can say. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/**
 * Serializes an object as `google.protobuf.Struct`, which is what Envoy hands a filter whose configuration is written
 * as plain YAML. Names are in the object's order; undefined ones are left out.
 * @see https://protobuf.dev/reference/protobuf/google.protobuf/#struct
 */
export function encodeStruct(object: Json): Buffer {
  const fields = Object.entries(object as Record<string, Json>).filter(([, value]) => value !== undefined);
  return Buffer.concat(
    fields.map(([name, value]) => field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, encodeValue(value))]))),
  );
}

function encodeValue(value: Json): Buffer {
  if (value === null) return Buffer.from([0x08, 0]);
  if (typeof value === "boolean") return Buffer.from([0x20, value ? 1 : 0]);
  if (typeof value === "string") return field(3, Buffer.from(value));
  if (typeof value === "number") {
    const double = Buffer.alloc(9, 0x11);
    double.writeDoubleLE(value, 1);
    return double;
  }
  if (Array.isArray(value)) return field(6, Buffer.concat(value.map((item) => field(1, encodeValue(item)))));
  return field(5, encodeStruct(value));
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}
