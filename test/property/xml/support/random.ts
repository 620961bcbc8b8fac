/** Numbers that look random and are the same in every run (xorshift32). */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = (seed * 2654435761) | 0 || 1;
  }

  /** From 0 to `below` - 1. */
  below(below: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % below;
  }

  /** True once in `n` times. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Cuts bytes into up to `pieces` pieces. */
  cut(bytes: Uint8Array, pieces: number): Uint8Array[] {
    const places = Array.from({ length: this.below(pieces) + 1 }, () => this.below(bytes.length + 1)).sort(
      (a, b) => a - b,
    );
    return [0, ...places].map((place, i) => bytes.subarray(place, places[i] ?? bytes.length));
  }
}
