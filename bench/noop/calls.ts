/**
 * What the host alone costs: the calls that the caldav filter makes for the owner's GET, and no thought. What the filter
 * costs beyond this is its own doing; this is the price of a Wasm filter that reads and writes what a policy needs.
 */
import { HeaderMap, MetricKind } from "../../assembly/abi/types";
import { proxy_define_metric, proxy_increment_metric } from "../../assembly/abi/imports";
import { text, Text } from "../../assembly/bytes/text";
import { HeaderCursor, removeHeader, replaceHeaderText } from "../../assembly/host/headers";
import { setFilterState } from "../../assembly/host/property";

const USER: Text = text("x-caldav-user");
const CACHE_CONTROL: Text = text("cache-control");
const NO_CACHE: Text = text("no-cache, no-store");
const PRIVATE: Text = text("private, no-cache");
const VARY: Text = text("vary");
const VARIES: Text = text("Authorization, Cookie, Depth, Prefer, Brief, x-caldav-user");
const STATE: Text = text("caldav");
const STATE_VALUE: Text = text("decision=allowed reason=owner principal=alice owner=alice calendar=work privilege=all");
const METRIC: Text = text("caldav.bench");
const ID: usize = memory.data(4);
const cursor = new HeaderCursor();

export function proxy_on_configure(id: u32, size: i32): u32 {
  proxy_define_metric(MetricKind.COUNTER, METRIC.ptr, METRIC.len, ID);
  return 1;
}

export function proxy_on_request_headers(id: u32, count: i32, end: u32): u32 {
  cursor.open(HeaderMap.REQUEST);
  removeHeader(HeaderMap.REQUEST, USER.ptr, USER.len);
  replaceHeaderText(HeaderMap.REQUEST, CACHE_CONTROL, NO_CACHE);
  setFilterState(STATE, STATE_VALUE.ptr, STATE_VALUE.len);
  proxy_increment_metric(load<u32>(ID), 1);
  return 0;
}

export function proxy_on_response_headers(id: u32, count: i32, end: u32): u32 {
  cursor.open(HeaderMap.RESPONSE);
  replaceHeaderText(HeaderMap.RESPONSE, CACHE_CONTROL, PRIVATE);
  replaceHeaderText(HeaderMap.RESPONSE, VARY, VARIES);
  return 0;
}

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_request_body,
  proxy_on_request_trailers,
  proxy_on_response_body,
  proxy_on_response_trailers,
  proxy_on_vm_start,
} from "./index";
