/**
 * Shared data as Envoy keeps it (cpp-host, `shared_data.cc`): a number for each write, counted over all keys; a CAS is
 * compared only when the key is there; no delete.
 */
export class SharedMap {
  readonly values = new Map<string, { value: Buffer; cas: number }>();
  private writes = 0;

  get(key: string): { value: Buffer; cas: number } | undefined {
    return this.values.get(key);
  }

  set(key: string, value: Buffer, cas: number): boolean {
    const old = this.values.get(key);
    if (old && cas !== 0 && cas !== old.cas) return false;
    this.values.set(key, { value, cas: ++this.writes });
    return true;
  }

  /** What it occupies, with what the host's table needs for each key. */
  get bytes(): number {
    let sum = 0;
    for (const [key, { value }] of this.values) sum += key.length + value.length + 100;
    return sum;
  }
}
