/**
 * When garbage is collected. The module is compiled with AssemblyScript's minimal runtime: unlike the incremental one
 * it keeps no shadow stack, which more than halves the time of a request, and it collects only when told to. That is
 * safe only while nothing of the filter is on the stack, so it is done where a host callback ends.
 */
const DUE: i32 = 4 << 20;
let waste: i32 = 0;
let isHeld: bool = false;

/** Counts about `bytes` bytes of objects that nobody needs any more. */
export function letGo(bytes: i32): void {
  waste += bytes;
}

/**
 * Until it is given false again nothing is collected: for a call of the host that may end the stream within it, so that
 * the callbacks of its end come while functions are under way.
 */
export function holdGarbage(held: bool): void {
  isHeld = held;
}

/** Collects all garbage now. Only where no object is held by a function under way. */
export function collect(): void {
  if (isHeld) return;
  waste = 0;
  __collect();
}

/** As `collect`, when enough has come together to be worth it. */
export function collectWhenDue(): void {
  if (waste >= DUE) collect();
}
