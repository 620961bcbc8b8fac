import { MultistatusRewriter } from "../dav/multistatus";

/** Rewriters that are not in use. None is dropped: their buffers are outside of garbage collection. */
const idle: MultistatusRewriter[] = [];
/** Each takes some 85 KB, whatever passes through it: more at one time would need more memory than the VM may have. */
const MAX_ACTIVE: i32 = 1024;
let active: i32 = 0;

/** One that nobody uses; null when too many are in use. */
export function takeRewriter(): MultistatusRewriter | null {
  if (active >= MAX_ACTIVE) return null;
  active++;
  return idle.length > 0 ? idle.pop() : new MultistatusRewriter();
}

/** Gives one back. */
export function returnRewriter(rewriter: MultistatusRewriter): void {
  active--;
  rewriter.release();
  idle.push(rewriter);
}
