import { isDuration } from "./duration";

/**
 * What a DURATION (RFC 5545, section 3.3.6) says. Days and weeks are nominal: they last as long as the clock of a time
 * zone says. Hours, minutes and seconds are exact.
 */
export class DurationValue {
  days: i64 = 0;
  seconds: i64 = 0;

  /** Reads a run; false when it is no duration. A negative one has negative parts. */
  read(ptr: usize, len: i32): bool {
    this.days = 0;
    this.seconds = 0;
    if (!isDuration(ptr, len)) return false;
    let number: i64 = 0;
    for (let i = 0; i < len; i++) {
      const c = load<u8>(ptr + <usize>i);
      if (<u8>(c - 0x30) < 10) {
        number = number * 10 + <i64>(c - 0x30);
        continue;
      }
      switch (c | 0x20) {
        case 0x77:
          this.days += number * 7;
          break;
        case 0x64:
          this.days += number;
          break;
        case 0x68:
          this.seconds += number * 3600;
          break;
        case 0x6d:
          this.seconds += number * 60;
          break;
        case 0x73:
          this.seconds += number;
          break;
        default:
      }
      number = 0;
    }
    if (load<u8>(ptr) == 0x2d) {
      this.days = -this.days;
      this.seconds = -this.seconds;
    }
    return true;
  }
}
