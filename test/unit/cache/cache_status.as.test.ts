import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Slice } from "../../../assembly/bytes/slice";
import { text } from "../../../assembly/bytes/text";
import { Writer } from "../../../assembly/bytes/writer";
import { CacheStatus, Forward } from "../../../assembly/cache/cache_status";

const status = new CacheStatus();
const out = new Writer(1000);

function write(upstream: string = ""): string {
  const bytes = text(upstream);
  const slice = new Slice();
  slice.set(bytes.ptr, bytes.len);
  out.reset();
  status.write(slice, out);
  return out.toString();
}

describe("CacheStatus", () => {
  test("writes hits and misses", () => {
    status.clear();
    status.ttl = 30;
    expect(write()).toBe("caldav; hit; ttl=30");
    status.ttl = -5;
    status.detail = text("stale-if-error");
    expect(write()).toBe("caldav; hit; ttl=-5; detail=stale-if-error");
    status.clear();
    status.forward = Forward.MISS;
    status.stored = true;
    expect(write()).toBe("caldav; fwd=miss; stored");
    status.stored = false;
    status.collapsed = true;
    expect(write()).toBe("caldav; fwd=miss; collapsed");
    status.clear();
    status.forward = Forward.STALE;
    status.forwardStatus = 304;
    expect(write()).toBe("caldav; fwd=stale; fwd-status=304");
    status.forward = Forward.URI_MISS;
    expect(write()).toBe("caldav; fwd=uri-miss; fwd-status=304");
  });

  test("writes a detail that is no token as a string", () => {
    status.clear();
    status.forward = Forward.BYPASS;
    status.detail = text('no "key"\n');
    expect(write()).toBe('caldav; fwd=bypass; detail="no \\"key\\""');
    status.detail = text("");
    expect(write()).toBe('caldav; fwd=bypass; detail=""');
  });

  test("stands after what other caches said, unless nobody can read that", () => {
    status.clear();
    expect(write('Origin; hit, "a, b"; fwd=miss')).toBe('Origin; hit, "a, b"; fwd=miss, caldav; hit');
    expect(write('Origin; key="x')).toBe("caldav; hit");
    expect(write("Origin; hit,")).toBe("caldav; hit");
    expect(write(" ")).toBe("caldav; hit");
    expect(write("Ursprüngli")).toBe("caldav; hit");
  });
});
