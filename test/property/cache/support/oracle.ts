import type { Place } from "./generations_worker.ts";

/** A write, with the moments (in steps) at which the proxy began and ended it. */
export interface Write {
  place: Place;
  touchesEveryone: boolean;
  /** When its beginning was noted, and it went on to the server. */
  begun: number;
  /** When its end began to be noted, and when it was; `Infinity` before. */
  ending: number;
  ended: number;
}

/**
 * The server behind, and all that ever happened: what each place held at each moment. A place's content is a text that
 * changes with each write that touches it.
 */
export class Oracle {
  readonly writes: Write[] = [];
  private readonly history = new Map<string, { from: number; content: string }[]>();
  private serial = 0;

  constructor(private readonly places: Place[]) {
    for (const place of places) this.history.set(nameOf(place), [{ from: -1, content: "first" }]);
  }

  content(place: Place): string {
    const history = this.history.get(nameOf(place))!;
    return history[history.length - 1]!.content;
  }

  /** The server carries a write out. */
  apply(write: Write, step: number): void {
    const content = `${this.serial++}`;
    for (const place of this.places) {
      if (touches(write, place)) this.history.get(nameOf(place))!.push({ from: step, content });
    }
  }

  /** Whether the place held this at some moment from `from` to `until`. */
  held(place: Place, content: string, from: number, until: number): boolean {
    const history = this.history.get(nameOf(place))!;
    const at = history.findIndex((state) => state.content === content);
    return at >= 0 && history[at]!.from <= until && (history[at + 1]?.from ?? Infinity) >= from;
  }
}

/** Whether what a read of `place` gives may change by a write. */
export function touches(write: Write, place: Place): boolean {
  if (write.touchesEveryone) return true;
  if (write.place.owner !== place.owner) return false;
  return write.place.calendar === null || place.calendar === null || write.place.calendar === place.calendar;
}

export function nameOf(place: Place): string {
  return `${place.owner}/${place.calendar ?? ""}`;
}
