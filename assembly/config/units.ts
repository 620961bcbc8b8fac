import { equal } from "../bytes/slice";
import { Text, text } from "../bytes/text";

/** A unit and how many of the smallest one it holds. */
class Unit {
  constructor(
    readonly name: Text,
    readonly factor: i64,
  ) {}
}

/** Smallest first, as `format` needs them. */
const DURATIONS: Unit[] = [
  new Unit(text("ms"), 1),
  new Unit(text("s"), 1000),
  new Unit(text("m"), 60_000),
  new Unit(text("h"), 3_600_000),
  new Unit(text("d"), 86_400_000),
];
const SIZES: Unit[] = [
  new Unit(text("B"), 1),
  new Unit(text("KiB"), 1 << 10),
  new Unit(text("MiB"), 1 << 20),
  new Unit(text("GiB"), 1 << 30),
];
const DECIMAL_SIZES: Unit[] = [
  new Unit(text("kB"), 1000),
  new Unit(text("MB"), 1_000_000),
  new Unit(text("GB"), 1_000_000_000),
  // Envoy's YAML loader hands over integers beyond 32 bits as strings.
  new Unit(text(""), 1),
];
/** No number of more digits is read. */
const MAX_DIGITS: i32 = 12;

/** The ms of a text such as `500ms`, `60s`, `5m`, `1h` or `1d`; -1 when it is none. */
export function parseDuration(ptr: usize, len: i32): i64 {
  return parse(ptr, len, DURATIONS);
}

/** The bytes of a text such as `10B`, `64KiB`, `1MiB`, `1GiB`, `64kB`, `1MB`, `1GB` or `1024`; -1 when it is none. */
export function parseSize(ptr: usize, len: i32): i64 {
  const value = parse(ptr, len, SIZES);
  return value >= 0 ? value : parse(ptr, len, DECIMAL_SIZES);
}

/** Writes ms as `parseDuration` reads them, in the largest unit that fits. */
export function durationText(ms: i64): string {
  return format(ms, DURATIONS);
}

/** Writes bytes as `parseSize` reads them, in the largest unit that fits. */
export function sizeText(bytes: i64): string {
  return format(bytes, SIZES);
}

function parse(ptr: usize, len: i32, units: Unit[]): i64 {
  let digits = 0;
  let value: i64 = 0;
  while (digits < len && load<u8>(ptr + <usize>digits) - 48 < 10) {
    if (digits == MAX_DIGITS) return -1;
    value = value * 10 + <i64>(load<u8>(ptr + <usize>digits) - 48);
    digits++;
  }
  if (digits == 0) return -1;
  for (let i = 0; i < units.length; i++) {
    const name = units[i].name;
    if (equal(ptr + <usize>digits, len - digits, name.ptr, name.len)) return value * units[i].factor;
  }
  return -1;
}

function format(value: i64, units: Unit[]): string {
  let best = 0;
  for (let i = 1; i < units.length; i++) if (value % units[i].factor == 0 && (value > 0 || i == 1)) best = i;
  const unit = units[best];
  return (value / unit.factor).toString() + String.UTF8.decode(unit.name.buffer);
}
