/** What a google.protobuf.Value can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Options for encodings that are right but not the usual one. */
export interface StructStyle {
  /** Write an entry's value before its key, and an unknown field into each message. */
  unusual?: boolean;
}

/** Serializes an object as google.protobuf.Struct: what Envoy hands to the filter for a YAML configuration. */
export function encodeStruct(object: { [key: string]: Json }, style: StructStyle = {}): Uint8Array {
  return Buffer.concat(
    Object.entries(object).map(([key, value]) => {
      const parts = [field(1, Buffer.from(key)), field(2, encodeValue(value, style))];
      if (style.unusual) parts.reverse().unshift(field(15, Buffer.from("unknown")));
      return field(1, Buffer.concat(parts));
    }),
  );
}

function encodeValue(value: Json, style: StructStyle): Uint8Array {
  const unknown = style.unusual
    ? Buffer.from([...varint((20 << 3) | 0), 1, ...varint((21 << 3) | 5), 1, 2, 3, 4])
    : Buffer.alloc(0);
  return Buffer.concat([unknown, encodeKind(value, style)]);
}

function encodeKind(value: Json, style: StructStyle): Uint8Array {
  if (value === null) return Buffer.from([0x08, 0]);
  if (typeof value === "boolean") return Buffer.from([0x20, value ? 1 : 0]);
  if (typeof value === "string") return field(3, Buffer.from(value));
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes[0] = 0x11;
    bytes.writeDoubleLE(value, 1);
    return bytes;
  }
  if (Array.isArray(value)) {
    return field(6, Buffer.concat(value.map((item) => field(1, encodeValue(item, style)))));
  }
  return field(5, encodeStruct(value, style));
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value & 127) | 128);
  return [...bytes, value];
}
