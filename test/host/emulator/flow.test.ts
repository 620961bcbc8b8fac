import { describe, expect, test } from "vitest";
import { int } from "./index.ts";
import { callbacksOf, exchange, scripted, traceOf } from "./support.ts";

const held = "on_request_headers: return 1 | on_request_body: return 1 | on_request_body.end: return 0";

describe("bodies", () => {
  test("no body callback comes while headers are held without permission", async () => {
    const host = await scripted({ holdHeaders: false });
    const played = exchange(host, "on_request_headers: return 1", { method: "POST", chunks: ["abc"] });
    expect(callbacksOf(played.logs).filter((line) => line.startsWith("on_request"))).toEqual(["on_request_headers"]);
    expect(played).toMatchObject({ hung: true, status: 504, upstreamRequests: [] });
  });

  test("sizes are cumulative while buffering, and the last call adds nothing", async () => {
    const host = await scripted();
    const played = exchange(host, held, { method: "POST", chunks: ["hello", " world"] });
    expect(callbacksOf(played.logs).slice(1, 4)).toEqual([
      "on_request_body size=5",
      "on_request_body size=11",
      "on_request_body size=11 end",
    ]);
  });

  test("over HTTP/2 the last piece is the end", async () => {
    const host = await scripted();
    const played = exchange(host, held, { method: "POST", chunks: ["hello", " world"] }, undefined, { http2: true });
    expect(callbacksOf(played.logs).slice(1, 3)).toEqual(["on_request_body size=5", "on_request_body size=11 end"]);
  });

  test("with trailers no piece of the body is the end", async () => {
    const host = await scripted();
    const played = exchange(host, held, { method: "POST", chunks: ["abc"], trailers: { "x-end": "1" } });
    expect(callbacksOf(played.logs).slice(0, 3)).toEqual([
      "on_request_headers",
      "on_request_body size=3",
      "on_request_trailers count=1",
    ]);
    expect(played.upstreamRequests).toMatchObject([{ body: "abc", trailers: { "x-end": "1" } }]);
  });

  test("a held request body over the limit is 413, of a response 500, and one that cannot be taken back is cut", async () => {
    const host = await scripted({ bufferLimit: 100 });
    expect(exchange(host, held, { method: "POST", body: "x".repeat(101) })).toMatchObject({
      status: 413,
      localReply: { details: "request_payload_too_large" },
    });
    const large = () => ({ body: "x".repeat(101) });
    const response = "on_response_body: return 1 | on_response_body.end: return 0";
    expect(exchange(host, `on_response_headers: return 1 | ${response}`, {}, large)).toMatchObject({
      status: 500,
      localReply: { details: "response_payload_too_large" },
    });
    expect(exchange(host, response, {}, large)).toMatchObject({ status: 200, reset: true });
  });

  test("a wrong Content-Length is a fault", async () => {
    const host = await scripted();
    const script = "on_response_body: set-body 1 0 100 longer~than~before";
    expect(exchange(host, script).faults).toEqual(["response: content-length is 2 and the body has 36 bytes"]);
    expect(exchange(host, `on_response_headers: remove 2 content-length | ${script}`).faults).toEqual([]);
  });
});

describe("local replies", () => {
  test("come back through the filter's own response callbacks", async () => {
    const host = await scripted();
    const played = exchange(host, "on_request_headers: reply 403 x _ no | on_response_headers: get 2 :status");
    expect(traceOf(played.logs)).toEqual([
      "on_request_headers end",
      "  reply 403 x _ no = 0",
      "on_response_headers",
      "  get 2 :status = 0 403",
      "on_response_body size=2 end",
      "on_log",
      "on_done",
      "on_delete",
    ]);
    expect(played).toMatchObject({ status: 403, body: "no", localReply: { status: 403, details: "x" } });
  });

  test("to a request that is already upstream reset it there", async () => {
    const host = await scripted();
    const script = "on_request_body.end: reply 400 x _ no";
    const played = exchange(host, script, { method: "POST", chunks: ["abc"] });
    expect(played.upstreamRequests).toMatchObject([{ method: "POST", complete: false }]);
  });
});

describe("calls", () => {
  const call = "call caldav 1000 :method=GET,:path=/check,:authority=x";

  test("are answered to the root, also when the stream is gone", async () => {
    const host = await scripted();
    const script = `on_request_headers: ${call}; return 1 | on_http_call_response: pairs 6; effective`;
    exchange(host, script, {}, undefined, { calls: "never", leavesAfter: 1 });
    const before = host.logs.length;
    expect(host.httpCalls).toHaveLength(1);
    host.httpCalls[0]?.respond(200, [], "late");
    expect(traceOf(host.logs.slice(before))).toEqual(["root on_http_call_response headers=some size=4 trailers=0"]);
    expect(host.vmFailed).toBeNull();
  });

  test("have nothing to answer to a second time", async () => {
    const host = await scripted();
    exchange(host, `on_request_headers: ${call}`, {}, undefined, { calls: "never" });
    const [pending] = host.httpCalls;
    pending?.fail();
    pending?.respond(200);
    expect(host.httpCalls).toEqual([]);
    expect(callbacksOf(host.logs).filter((line) => line.includes("call_response"))).toEqual([
      "root on_http_call_response headers=none size=0 trailers=0",
    ]);
  });

  test("that take too long are 504", async () => {
    const host = await scripted();
    exchange(host, `on_request_headers: ${call}; return 1`, {}, undefined, { calls: "never", leavesAfter: 1 });
    host.advance(999);
    expect(host.httpCalls).toHaveLength(1);
    host.advance(1);
    expect(host.httpCalls).toEqual([]);
    expect(callbacksOf(host.logs).at(-1)).toBe("root on_http_call_response headers=some size=24 trailers=0");
  });

  test("may be answered between the pieces of a body, or when nothing else moves", async () => {
    const script = `on_request_headers: ${call}; return 1 | on_request_body: return 1 | on_http_call_response: effective; continue 0`;
    const order = async (calls: "early" | "late"): Promise<string[]> => {
      const host = await scripted();
      const played = exchange(host, script, { method: "POST", chunks: ["a", "b"] }, undefined, { calls });
      return callbacksOf(played.logs)
        .filter((line) => /request_body|call/.test(line))
        .map((line) => line.split(" ").at(0) ?? "");
    };
    expect(await order("early")).toEqual(["root", "on_request_body", "on_request_body", "on_request_body"]);
    expect(await order("late")).toEqual(["on_request_body", "on_request_body", "on_request_body", "root"]);
  });
});

describe("what the host answers", () => {
  test("a wrong phase is 2, what is missing is 1, and a stale number is 8", async () => {
    const host = await scripted();
    const script =
      "on_request_headers: get 2 :status; replace 2 a b; get 0 x-none; property none; set-shared k one; set-shared k two stale";
    expect(traceOf(exchange(host, script).logs).slice(1, 7)).toEqual([
      "  get 2 :status = 2",
      "  replace 2 a b = 2",
      "  get 0 x-none = 1",
      "  property none = 1",
      "  set-shared k one = 0",
      "  set-shared k two stale = 8",
    ]);
  });

  test("shared data is the same for all workers", async () => {
    const host = await scripted({ concurrency: 2 });
    exchange(host, "on_request_headers: set-shared k one");
    const other = exchange(host, "on_request_headers: get-shared k", {}, undefined, { worker: 1 });
    expect(traceOf(other.logs)).toContain("  get-shared k = 0 one");
  });

  test("metrics are one for all workers", async () => {
    const host = await scripted({ concurrency: 2 });
    for (const worker of [0, 1])
      exchange(host, "on_request_headers: metric 0 seen; increment 2", {}, undefined, { worker });
    expect(host.process.metrics.get("seen")).toBe(4);
  });

  test("the first of repeated headers is given, and pairs over the host's limits count as none", async () => {
    const host = await scripted();
    const many = Array.from({ length: 1025 }, (_, i) => `a${i}=1`).join(",");
    const script = `on_request_headers: get 0 x-a | on_response_headers: set-pairs 2 ${many}; pairs 2`;
    const played = host.exchange(
      {
        path: "/",
        headers: [
          ["x-script", script],
          ["x-a", "1"],
          ["x-a", "2"],
        ],
      },
      () => ({ body: "ok" }),
    );
    expect(traceOf(played.logs)).toContain("  get 0 x-a = 0 1");
    expect(traceOf(played.logs)).toContain("  pairs 2 = 0");
  });

  test("properties are strings, 8 bytes, 1 byte, or pairs", async () => {
    const host = await scripted();
    const properties = {
      connection: { mtls: true, uri_san_peer_certificate: "spiffe://x" },
      metadata: { n: 1.5, port: int(258), list: ["a"] },
    };
    const script =
      "on_request_headers: property-hex connection.mtls; property connection.uri_san_peer_certificate; property-hex metadata.n; property-hex metadata.port; property-hex metadata.list";
    expect(traceOf(exchange(host, script, {}, undefined, { properties }).logs).slice(1, 6)).toEqual([
      "  property-hex connection.mtls = 0 01",
      "  property connection.uri_san_peer_certificate = 0 spiffe://x",
      "  property-hex metadata.n = 0 000000000000f83f",
      "  property-hex metadata.port = 0 0201000000000000",
      "  property-hex metadata.list = 0 010000000100000000000000610000",
    ]);
  });

  test("filter state is what set_property set, without its prefix", async () => {
    const host = await scripted();
    expect(exchange(host, "on_request_headers: set-property a/b one | on_log: set-property c two").filterState).toEqual(
      {
        "a.b": "one",
        c: "two",
      },
    );
  });
});
