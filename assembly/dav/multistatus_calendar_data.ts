import { Writer } from "../bytes/writer";
import { skipSpace } from "../xml/chars";
import { escapeText } from "../xml/escape";
import { HeldOutput } from "../xml/held_output";
import { TextDecoder } from "../xml/text_decoder";
import { CalendarDataFilter } from "./multistatus_policy";

/**
 * The way of one CALDAV:calendar-data through a filter: decoded, filtered, escaped. White space at its beginning stays
 * as it is, and where there is nothing else (no value: the property is in a propstat with status 404) the filter is not
 * asked.
 */
export class CalendarDataPipe {
  /** Nothing is put out. */
  discards: bool = false;
  private begun: bool = false;
  private decoder: TextDecoder = new TextDecoder();
  private filtered: Writer;

  /** `limit` bounds what a filter may write at once. */
  constructor(limit: i32) {
    this.filtered = new Writer(limit);
  }

  /** True when there was more than white space in the element that began last. */
  get hasText(): bool {
    return this.begun;
  }

  /** An element begins. With `discards`, the filter is asked, but nothing is put out. */
  begin(discards: bool): void {
    this.discards = discards;
    this.begun = false;
    this.decoder.begin();
  }

  /** Gives memory back that is larger than `keep` bytes. */
  release(keep: i32): void {
    this.filtered.release(keep);
  }

  /** Takes a piece of text as written. */
  text(ptr: usize, len: i32, cdata: bool, filter: CalendarDataFilter, output: HeldOutput): void {
    const end = ptr + <usize>len;
    if (!this.begun) {
      const start = skipSpace(ptr, end);
      if (!this.discards) output.add(ptr, <i32>(start - ptr));
      if (start == end) return;
      ptr = start;
      this.begun = true;
      filter.begin();
    }
    const decoder = this.decoder;
    decoder.feed(ptr, <i32>(end - ptr), cdata);
    while (decoder.next()) filter.write(decoder.ptr, decoder.len, this.filtered);
    this.drain(output);
  }

  /** A comment or the mark of a CDATA section stands here. */
  boundary(): void {
    this.decoder.boundary();
  }

  /** The element ends. False when the filter says so, or when the text was malformed or over the ceiling. */
  end(filter: CalendarDataFilter, output: HeldOutput): bool {
    if (!this.begun) return true;
    this.decoder.boundary();
    const passes = filter.end(this.filtered) && !this.decoder.bad && !this.filtered.overflow;
    this.drain(output);
    return passes;
  }

  private drain(output: HeldOutput): void {
    const filtered = this.filtered;
    if (filtered.len == 0) return;
    if (!this.discards) escapeText(filtered.ptr, filtered.len, output.writer());
    filtered.len = 0;
  }
}
