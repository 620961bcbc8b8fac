/**
 * Scratch memory: what the host allocates while one of its callbacks runs lives until its next callback begins. So
 * host data costs no garbage, and nothing may be kept across callbacks without a copy.
 */
const SCRATCH_SIZE: usize = 2 << 20;
const scratch: usize = heap.alloc(SCRATCH_SIZE);
let top: usize = scratch;
let windowStart: usize = 0;
let windowEnd: usize = 0;

/** What the host puts outside of scratch memory: the last of a chain of blocks, each with the address of the one before. */
let last: usize = 0;
const LINK: usize = 16;
const MAX_LARGE: i32 = 32 << 20;
let takesLarge: bool = false;

/** Two words in which the host answers with an address and a size. */
const answer: usize = memory.data(16);

/** Forgets all host data; called at the start of each host callback. */
export function rewind(): void {
  top = scratch;
  windowEnd = 0;
  while (last != 0) {
    const before = load<usize>(last);
    heap.free(last);
    last = before;
  }
}

/**
 * Between these two the host writes a window of a long body. It may take the place of the window before, so that a
 * body of any length goes through scratch memory.
 */
export function beginWindow(): void {
  if (windowEnd == top) top = windowStart;
  windowStart = top;
}

export function endWindow(): void {
  windowEnd = top;
}

/**
 * The host's allocator. Gives 0 when scratch is full: the host then answers InvalidMemoryAccess instead of OK, and the
 * wrapper in host/ reports that nothing was read.
 */
export function malloc(size: i32): usize {
  if (size < 0) return 0;
  if (<usize>size > scratch + SCRATCH_SIZE - top) return takesLarge && size <= MAX_LARGE ? large(size) : 0;
  const at = top;
  top = (top + <usize>size + 15) & ~15;
  return at;
}

/**
 * Whether the host may put what is too large for scratch memory (up to 32 MiB) outside of it: for values that this
 * module once wrote itself.
 */
export function takeLarge(may: bool): void {
  takesLarge = may;
}

function large(size: i32): usize {
  const block = heap.alloc(<usize>size + LINK);
  store<usize>(block, last);
  last = block;
  return block + LINK;
}

/** Where the host is told to answer; cleared first, since on a failure it writes nothing. */
export function answerAddress(): usize {
  store<u64>(answer, 0);
  store<u64>(answer, 0, 8);
  return answer;
}

// @ts-ignore: decorator
@inline
export function answeredPtr(): usize {
  return load<usize>(answer);
}

// @ts-ignore: decorator
@inline
export function answeredLen(): i32 {
  return load<i32>(answer, 4);
}
