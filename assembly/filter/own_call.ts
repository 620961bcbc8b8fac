import { BufferKind, HeaderMap } from "../abi/types";
import { Slice } from "../bytes/slice";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Config } from "../config/config";
import { MultistatusRewriter } from "../dav/multistatus";
import { MultistatusPolicy } from "../dav/multistatus_policy";
import { readBody, WINDOW } from "../host/body";
import { sendCall } from "../host/call";
import { HeaderBlock } from "../host/header_block";
import { HeaderCursor } from "../host/headers";
import { propertyPath, readProperty } from "../host/property";
import * as Names from "./names";
import { statusOf } from "./response_headers";

const CLUSTER_NAME: Text = propertyPath(["xds", "cluster_name"]);
const ROUTE_CLUSTER: Text = propertyPath(["cluster_name"]);
const HTTP: Text = text("http");
const window = new Slice();
const TIMEOUT_MS: u32 = 10_000;

/** A request of the filter's own to the CalDAV server. One for each root, used for one request after the other. */
export class OwnCall {
  /** The headers to send; `begin` fills in the pseudo headers. */
  readonly headers: HeaderBlock = new HeaderBlock();
  private cluster: Text;
  /** The path is there in full. */
  private isWhole: bool = false;
  private name: Slice = new Slice();
  private cursor: HeaderCursor = new HeaderCursor();

  constructor(config: Config) {
    this.cluster = text(config.upstream.cluster);
  }

  /** Begins with a request for `path`, at the authority that the client used. */
  begin(method: Text, path: Writer, authority: Slice): void {
    const headers = this.headers;
    this.isWhole = !path.overflow;
    headers.clear();
    headers.addText(Names.METHOD, method);
    headers.add(Names.PATH, path.ptr, path.len);
    headers.add(Names.AUTHORITY, authority.ptr, authority.len);
    headers.addText(Names.SCHEME, HTTP);
  }

  /** Sends it to `upstream.cluster`, or where the stream's own route leads; the call's token, or 0 when it cannot. */
  send(stream: u32, body: Text): u32 {
    return this.sendBytes(stream, body.ptr, body.len);
  }

  /** As `send`, with a body of `bodyLen` bytes. */
  sendBytes(stream: u32, body: usize, bodyLen: i32): u32 {
    // A part of a path would be another one.
    if (!this.isWhole) return 0;
    let ptr = this.cluster.ptr;
    let len = this.cluster.len;
    if (len == 0) {
      const name = this.name;
      if (!routeCluster(name)) return 0;
      ptr = name.ptr;
      len = name.len;
    }
    return sendCall(stream, ptr, len, this.headers, body, bodyLen, TIMEOUT_MS);
  }

  /**
   * Reads the answer, a 207 of `size` bytes, through `policy`, to learn from it: what the rewriter makes of it is dropped.
   * False when it is no whole multistatus. To be called before a stream is entered.
   */
  readMultistatus(rewriter: MultistatusRewriter, policy: MultistatusPolicy, size: i32): bool {
    rewriter.begin(policy, 0);
    for (let at = 0; at < size; at += window.len) {
      if (!readBody(BufferKind.CALL_RESPONSE_BODY, at, min(WINDOW, size - at), window)) return false;
      const isRead = rewriter.write(window.ptr, window.len);
      rewriter.out.reset();
      if (!isRead) return false;
    }
    return rewriter.finish();
  }

  /** Gives back memory that is outside of garbage collection, when the configuration is no longer used. */
  free(): void {
    this.headers.free();
  }

  /** The status of the answer, and its ETag in `etag` (scratch memory); to be read before a stream is entered. */
  status(etag: Slice): i32 {
    etag.clear();
    let status = 0;
    if (!this.cursor.open(HeaderMap.CALL_RESPONSE)) return 0;
    while (this.cursor.next()) {
      if (this.cursor.name.is(Names.STATUS)) status = statusOf(this.cursor.value);
      else if (this.cursor.name.is(Names.ETAG)) etag.set(this.cursor.value.ptr, this.cursor.value.len);
    }
    return status;
  }
}

/** Where the route of the stream that the host is calling leads, as scratch memory; false when it has none. */
export function routeCluster(into: Slice): bool {
  return (
    readProperty(CLUSTER_NAME.ptr, CLUSTER_NAME.len, into) || readProperty(ROUTE_CLUSTER.ptr, ROUTE_CLUSTER.len, into)
  );
}
