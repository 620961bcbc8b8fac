import { Text } from "../bytes/text";
import { lower } from "../bytes/slice";

/** Longer words than this are not compared. */
const MAX_WORD: i32 = 40;
const rows = new StaticArray<i32>(3 * (MAX_WORD + 1));

/**
 * How many single letters must be put in, left out, changed or swapped with their neighbour to get from one word to the
 * other (optimal string alignment distance), letters compared without case.
 */
export function editDistance(a: usize, aLen: i32, b: usize, bLen: i32): i32 {
  if (aLen > MAX_WORD || bLen > MAX_WORD) return i32.MAX_VALUE;
  const width = MAX_WORD + 1;
  for (let j = 0; j <= bLen; j++) rows[j] = j;
  for (let i = 1; i <= aLen; i++) {
    const row = (i % 3) * width;
    const above = ((i + 2) % 3) * width;
    const twoAbove = ((i + 1) % 3) * width;
    rows[row] = i;
    const c = lower(load<u8>(a + <usize>(i - 1)));
    for (let j = 1; j <= bLen; j++) {
      const d = lower(load<u8>(b + <usize>(j - 1)));
      let best = rows[above + j - 1] + (c == d ? 0 : 1);
      best = min(best, min(rows[above + j], rows[row + j - 1]) + 1);
      if (i > 1 && j > 1 && c == lower(load<u8>(b + <usize>(j - 2))) && d == lower(load<u8>(a + <usize>(i - 2)))) {
        best = min(best, rows[twoAbove + j - 2] + 1);
      }
      rows[row + j] = best;
    }
  }
  return rows[(aLen % 3) * width + bLen];
}

/** Takes candidates one by one and keeps the one that a mistyped word was probably meant to be. */
export class Suggestion {
  private best: i32;
  private found: usize = 0;
  private foundLen: i32 = 0;

  /** `word` is what was written; it must stay valid while candidates are offered. */
  constructor(
    private word: usize,
    private len: i32,
  ) {
    // One slip in a short word, two in a longer one, three in a long one.
    this.best = (len < 5 ? 1 : len < 10 ? 2 : 3) + 1;
  }

  offer(ptr: usize, len: i32): void {
    if (abs(len - this.len) >= this.best) return;
    const distance = editDistance(this.word, this.len, ptr, len);
    if (distance >= this.best || distance >= len) return;
    this.best = distance;
    this.found = ptr;
    this.foundLen = len;
  }

  /** The best candidate, or "" when none is close. */
  toString(): string {
    return this.foundLen > 0 ? String.UTF8.decodeUnsafe(this.found, this.foundLen) : "";
  }
}

/** The word of the list that is close to what was written, or "". */
export function closest(ptr: usize, len: i32, words: Text[]): string {
  const suggestion = new Suggestion(ptr, len);
  for (let i = 0; i < words.length; i++) suggestion.offer(words[i].ptr, words[i].len);
  return suggestion.toString();
}
