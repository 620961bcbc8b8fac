import type { Behaviour } from "./behaviour.ts";

const check = "call caldav 1000 :method=PROPFIND,:path=/check,:authority=x";
const post = (...chunks: string[]) => ({ method: "POST", chunks });
const repeated = (names: string): [string, string][] =>
  names.split(" ").flatMap((name) => [1, 2].map((i) => [name, `${i}`] as [string, string]));

const headers: Behaviour[] = [
  {
    name: "request headers can be read in the request and no longer in the response",
    script: "on_request_headers: pairs 0 | on_response_headers: pairs 2; pairs 0; get 0 :path",
  },
  {
    name: "held request headers can still be read and changed in the response, to no effect",
    request: post("abc"),
    script:
      "on_request_headers: return 1 | on_request_body.end: return 0 | on_response_headers: get 0 :path; property request.path; replace 0 x-late 1; get 0 x-late | on_response_body: get 0 :path",
  },
  {
    name: "headers with one slot are joined with commas, others stay apart",
    request: {
      headers: repeated(
        "x-a depth cookie accept authorization if-match if-none-match cache-control x-forwarded-for user-agent via content-type destination overwrite prefer x-http-method-override if origin referer accept-encoding if-modified-since timeout lock-token brief content-encoding x-forwarded-host range pragma if-range if-unmodified-since cdn-loop",
      ),
    },
    script:
      "on_request_headers: pairs 0; add 0 x-a 3; add 0 accept c; get 0 x-a; get 0 X-A; replace 0 x-a 9; pairs 0; remove 0 x-a; remove 0 x-none",
  },
  {
    name: "response headers with one slot are joined with commas, others stay apart",
    upstream: {
      headers: repeated(
        "x-a set-cookie etag cache-control vary content-type www-authenticate location dav last-modified content-encoding age expires via allow accept-ranges cache-status proxy-status",
      ),
      body: "x",
    },
    script: "on_response_headers: pairs 2; add 2 etag 3; add 2 x-a 3; replace 2 cache-control z; pairs 2",
  },
  {
    name: "host is another name of :authority, and a replaced header goes to the end",
    script: "on_request_headers: get 0 host; replace 0 HOST z.example; replace 0 x-new 1; pairs 0",
  },
  {
    name: "empty values and capital letters are taken",
    script: "on_request_headers: add 0 x-empty _; get 0 x-empty; replace 0 X-B v; get 0 x-b",
  },
  {
    name: "all headers can be set at once",
    script:
      "on_request_headers: set-pairs 0 :method=PUT,:path=/x,:authority=y,:scheme=http,x-forwarded-proto=http,x-z=1; pairs 0",
  },
  {
    name: "a request without x-forwarded-proto finds no route",
    script: "on_request_headers: remove 0 x-forwarded-proto | on_response_headers: pairs 2",
  },
  { name: "a request without :path finds no route", script: "on_request_headers: remove 0 :path" },
  { name: "a request with a relative :path finds no route", script: "on_request_headers: replace 0 :path x" },
  {
    name: "a request without :method is refused by the router",
    script: "on_request_headers: remove 0 :method | on_response_headers: pairs 2",
  },
  {
    name: "a response without :status becomes 502",
    script: "on_response_headers: remove 2 :status | on_response_body: body 1 0",
  },
  { name: "a response with an odd :status becomes 502", script: "on_response_headers: replace 2 :status abc" },
  {
    name: "the path and method that the filter sets go upstream",
    script: "on_request_headers: replace 0 :path /other; property request.path; replace 0 :method PROPFIND",
  },
];

const statuses: Behaviour[] = [
  {
    name: "what is not there in the request phase has these statuses",
    script:
      "on_request_headers: get 2 :status; pairs 2; add 2 x-a b; remove 2 x-a; set-pairs 2 a=b; size 2; get 1 x; pairs 1; get 6 x; pairs 6; get 8 x; get 9 x; body 1 0; body 9 0; body 4 0; body 7 0; body 6 0; set-body 0 0 0 x; set-body 1 0 0 x; set-body 7 0 0 x; set-body 6 0 0 x; set-body 4 0 0 x; body 8 0; body 5 0; body 2 0; continue 2; continue 3; continue 4; close 4; effective 999; done; foreign nope; get-shared nope; property nope; property request/nope; get 0 nope",
  },
  {
    name: "what is not there in the response phase has these statuses, and trailers can be made at the end",
    script:
      "on_response_headers: add 0 x-a b; get 0 :path; pairs 0; size 0; body 0 0 | on_response_body: add 2 x-b c; get 2 :status; pairs 2; get 3 x; add 3 x-t y | on_response_body.end: add 3 x-t y; add 2 x-c d",
  },
  {
    name: "while logging, headers can be read but not changed, and filter state can still be set",
    script:
      "on_log: get 0 :path; get 2 :status; pairs 0; pairs 1; get 1 x; get 3 x; set-property a logged; property a; add 0 x y; add 2 x y; property request.path; property-hex response.code; body 0 0; body 1 0; size 0; get 9 a | on_done: get 0 :path; property a; set-property b x; effective | on_delete: get 0 :path; effective; set-property c x; property request.path",
  },
  {
    name: "continue_stream does nothing in the last callbacks",
    script: "on_log: continue 0; continue 1 | on_done: continue 0; continue 1 | on_delete: continue 0; continue 1",
  },
  { name: "HTTP calls can be made in the last callbacks", script: `on_log: ${check} | on_delete: ${check}` },
  {
    name: "shared data has a number for compare and swap, and keeps emptied keys",
    script:
      "on_request_headers: set-shared k one; get-shared k; set-shared k two fresh; set-shared k three stale; get-shared k; set-shared k; get-shared k",
  },
  {
    name: "shared data compares no number with a key that was never set",
    script:
      "on_request_headers: set-shared absent one stale; get-shared absent; set-shared absent two stale; get-shared absent",
  },
  {
    name: "shared queues give what was put in, then nothing",
    script: "on_request_headers: queue q; enqueue hi; dequeue; dequeue; resolve q; resolve nope; dequeue 999",
  },
  {
    name: "metrics of each type take what fits it",
    script:
      "on_request_headers: metric 0 c1; increment 1; increment -1; increment 0; record 5; read-metric; metric 1 g1; increment 3; increment -1; read-metric; record 9; read-metric; metric 2 h1; record 5; increment 1; read-metric; metric 3 x; read-metric 4000; metric 0 c1; read-metric",
  },
  {
    name: "only known foreign functions can be called",
    script: "on_request_headers: foreign clear_route_cache; foreign nope",
  },
];

const properties: Behaviour[] = [
  {
    name: "attributes of the request are there while its headers are",
    request: { path: "/a?b=c", headers: { "x-a": "1" } },
    upstream: { headers: { "x-up": "yes" }, body: "q" },
    script:
      "on_request_headers: property request.path; property request.url_path; property request.query; property request.scheme; property request.method; property request.headers.x-a; property request.referer; property request.protocol; property plugin_name; property plugin_root_id; property request; property connection; property source; property response.code | on_response_headers: property request.path; property request.headers.x-a; property metadata.filter_metadata.jwt.payload.sub; property response.headers.x-up; property-hex response.code | on_response_body.end: property request.path; property-hex response.code; property response.headers.x-up",
  },
  {
    name: "attributes of a plain connection",
    script:
      "on_request_headers: property-hex connection.mtls; property connection.uri_san_peer_certificate; property connection.subject_peer_certificate; property connection.requested_server_name; property connection.tls_version; property connection.mtls.x; property request.path.x; property cluster_name; property route_name",
  },
  {
    name: "metadata is doubles, bytes, and pairs for lists and maps",
    script:
      "on_request_headers: property metadata.filter_metadata.jwt.payload.sub; property-hex metadata.filter_metadata.jwt.payload.groups; property-hex metadata.filter_metadata.jwt.payload.n; property-hex metadata.filter_metadata.jwt.payload.ok; property-hex metadata.filter_metadata.jwt.payload.nested; property-hex metadata.filter_metadata.jwt.payload.nested.l; property metadata.filter_metadata.jwt.payload.groups.1; property metadata.filter_metadata.jwt.payload.groups.7; property metadata.filter_metadata.jwt.payload.groups.x; property metadata.filter_metadata.jwt.payload.nothing; property-hex metadata.filter_metadata.jwt.payload.nested.l.0; property metadata.filter_metadata.none.x; property metadata.filter_metadata.jwt.payload.sub.x; property metadata.filter_metadata.jwt.payload.absent",
  },
  {
    name: "filter state is read back under both names",
    script:
      "on_request_headers: set-property a one; property a; property filter_state.wasm/a; property filter_state; set-property a two; property a",
  },
];

const bodies: Behaviour[] = [
  {
    name: "a body passes in pieces and ends with an empty one",
    request: post("abc", "def"),
    script: "on_request_headers: body 0 0 | on_request_body: body 0 0",
  },
  {
    name: "a POST with an empty body ends with its headers",
    request: { method: "POST", body: "", headers: { "content-length": "0" } },
    script: "on_request_headers: body 0 0",
  },
  { name: "a POST with no chunks has an empty body", request: post(), script: "on_request_body: body 0 0" },
  {
    name: "held and buffered, the body grows from call to call and can be replaced at the end",
    request: post("abc", "def"),
    script:
      "on_request_headers: return 1 | on_request_body: body 0 0; return 1 | on_request_body.end: set-body 0 0 100 hello~world; replace 0 x-late 1; return 0",
  },
  {
    name: "with trailers no piece of the body is the last, and trailers see the whole body",
    request: { ...post("abc"), trailers: { "x-end": "1" } },
    script:
      "on_request_headers: return 1 | on_request_body: return 1 | on_request_trailers: pairs 1; body 0 0; set-body 0 0 100 xyz; return 0",
  },
  {
    name: "headers held without permission hold everything, until the stream times out",
    flavour: "no hold",
    request: { method: "POST", body: "abc" },
    script: "on_request_headers: return 1 | on_request_body: return 0",
  },
  {
    name: "only the front of a body can be replaced, or something put before or after it",
    request: { method: "POST", body: "abcdef" },
    script:
      "on_request_headers: remove 0 content-length | on_request_body: set-body 0 0 3 X; body 0 0; set-body 0 2 1 Y; set-body 0 100 0 Z; body 0 0; set-body 0 0 0 W; body 0 0; set-body 0 1 2 Q; body 0 0; body-size 0; body 0 1 2; body 0 100 5",
  },
  {
    name: "stop and watermark gives each piece once and sends all on",
    request: post("abc", "def"),
    script:
      "on_request_headers: return 1 | on_request_body: body 0 0; return 2 | on_request_body.end: body 0 0; return 0",
  },
  {
    name: "stop without buffer drops what it was shown",
    request: post("abc", "def"),
    script:
      "on_request_headers: return 1 | on_request_body: return 3 | on_request_body.end: set-body 0 0 0 new; return 0",
  },
  {
    name: "headers may go on while the body is held",
    request: post("abc", "def"),
    script: "on_request_body: body 0 0; return 1 | on_request_body.end: body 0 0; return 0",
  },
  {
    name: "trailers can be made at the end of the request",
    request: { method: "POST", body: "abc" },
    script: "on_request_headers: remove 0 content-length | on_request_body.end: add 1 x-made yes",
  },
  {
    name: "trailers can be held until a call is answered",
    request: { ...post("abc"), trailers: { "x-t": "1" } },
    script: `on_request_trailers: ${check}; return 1 | on_http_call_response: effective; pairs 1; add 1 x-u 2; body 0 0; continue 0`,
  },
  {
    name: "a held request over the limit is 413, and the filter sees the piece that was too much",
    flavour: "small buffer",
    request: post("a".repeat(600), "b".repeat(600)),
    script:
      "on_request_headers: return 1 | on_request_body: return 1 | on_request_body.end: return 0 | on_response_headers: pairs 2",
  },
  {
    name: "a held request over the limit at once is 413",
    flavour: "small buffer",
    request: { method: "POST", body: "a".repeat(3000) },
    script: "on_request_headers: return 1 | on_request_body: return 1 | on_request_body.end: return 0",
  },
  {
    name: "a body that streams has no limit",
    flavour: "small buffer",
    request: post("a".repeat(900), "b".repeat(900)),
    script: "on_request_body: return 0",
  },
  {
    name: "a held body that the filter makes too large is 413",
    flavour: "small buffer",
    request: { method: "POST", body: "abc" },
    script: `on_request_headers: return 1; remove 0 content-length | on_request_body: return 1 | on_request_body.end: set-body 0 0 100 ${"x".repeat(2000)}; return 0`,
  },
  {
    name: "a streamed piece may be replaced by a large one",
    flavour: "small buffer",
    request: { method: "POST", body: "abc" },
    script: `on_request_headers: remove 0 content-length | on_request_body#1: set-body 0 0 100 ${"x".repeat(2000)}`,
  },
];

const responses: Behaviour[] = [
  { name: "a chunked response", upstream: { chunks: ["abc", "def"] }, script: "on_response_headers: pairs 2" },
  {
    name: "a held response can be replaced, status and headers too",
    upstream: { chunks: ["abc", "def"] },
    script:
      "on_response_headers: return 1 | on_response_body: body 1 0; return 1 | on_response_body.end: set-body 1 0 1000 replaced; replace 2 :status 207; add 2 x-l 1; return 0",
  },
  {
    name: "a held response with trailers",
    upstream: { chunks: ["abc", "def"], trailers: { "x-t": "1" } },
    script:
      "on_response_headers: return 1 | on_response_body: return 1 | on_response_trailers: pairs 3; body 1 0; set-body 1 0 100 NEW; add 2 x-late yes; return 0",
  },
  { name: "a 204 ends with its headers", upstream: { status: 204 }, script: "on_response_headers: pairs 2" },
  { name: "a 304 ends with its headers", upstream: { status: 304 }, script: "on_response_headers: pairs 2" },
  {
    name: "an empty 200 ends with its headers",
    upstream: { status: 200, body: "" },
    script: "on_response_headers: pairs 2",
  },
  {
    name: "a response to HEAD ends with its headers",
    request: { method: "HEAD" },
    upstream: { headers: { "content-length": "5" } },
    script: "on_response_headers: pairs 2",
  },
  {
    name: "a held response over the limit is 500, past the filter",
    flavour: "small buffer",
    upstream: { chunks: ["a".repeat(600), "b".repeat(600), "c"] },
    script: "on_response_headers: return 1 | on_response_body: return 1 | on_response_body.end: return 0",
  },
  {
    name: "a buffered response over the limit whose headers are gone is cut",
    flavour: "small buffer",
    upstream: { chunks: ["a".repeat(600), "b".repeat(600), "c"] },
    script: "on_response_body: return 1 | on_response_body.end: return 0",
  },
  {
    name: "a held response that the filter makes too large is 500",
    flavour: "small buffer",
    upstream: { body: "abc" },
    script: `on_response_headers: return 1; remove 2 content-length | on_response_body: return 1 | on_response_body.end: set-body 1 0 100 ${"x".repeat(2000)}; return 0`,
  },
  {
    name: "an upstream that breaks off before its headers is 503, and the filter sees that",
    upstream: { reset: "before headers" },
    script: "on_response_headers: pairs 2 | on_response_body: body 1 0",
  },
  {
    name: "an upstream that breaks off later cuts the response",
    upstream: { chunks: ["abc"], reset: "after chunks" },
    script: "on_response_body: body 1 0",
  },
  { name: "answers that mean nothing", script: "on_request_headers: return 2 | on_response_headers: return 2" },
  {
    name: "an answer out of range holds everything, until the stream times out",
    script: "on_response_headers: return 77",
  },
];

const replies: Behaviour[] = [
  {
    name: "a reply in the request headers comes back through the response callbacks",
    script:
      "on_request_headers: reply 403 why~not x-a=1,content-type=text/x body | on_response_headers: pairs 2; add 2 x-b 2; body 1 0 | on_response_body: body 1 0",
  },
  {
    name: "a reply to HEAD has no body",
    request: { method: "HEAD" },
    script: "on_request_headers: reply 403 why x-a=1 body | on_response_headers: pairs 2",
  },
  {
    name: "a reply without a body has no type",
    script: "on_request_headers: reply 403 _ content-type=text/x,x-b=2 | on_response_headers: pairs 2",
  },
  {
    name: "status and length of a reply are the host's",
    script:
      "on_request_headers: reply 403 x content-length=99,:status=200,X-Upper=Y body | on_response_headers: pairs 2",
  },
  {
    name: "of two replies the first counts",
    script: "on_request_headers: reply 403 a _ first; reply 404 b _ second | on_response_headers: get 2 :status",
  },
  {
    name: "a reply while the body is held",
    request: post("abc", "d"),
    script:
      "on_request_headers: return 1 | on_request_body: return 1 | on_request_body.end: reply 413 big _ no; return 0 | on_response_headers: pairs 2",
  },
  {
    name: "a reply in the trailers",
    request: { ...post("abc"), trailers: { "x-t": "1" } },
    script:
      "on_request_headers: return 1 | on_request_body: return 1 | on_request_trailers: reply 400 x _ bad | on_response_headers: pairs 2",
  },
  {
    name: "a reply in the response headers replaces the response, past the filter",
    script: "on_response_headers: reply 500 x a=b oops; return 0",
  },
  {
    name: "a reply while the response is held replaces it, past the filter",
    script:
      "on_response_headers: return 1 | on_response_body: return 1 | on_response_body.end: reply 500 x a=b oops; return 0",
  },
  {
    name: "a reply after the response headers went cuts the response",
    script: "on_response_body: reply 500 x a=b oops; return 0",
  },
  {
    name: "a reply in held response trailers",
    upstream: { chunks: ["abc"], trailers: { "x-t": "1" } },
    script: "on_response_headers: return 1 | on_response_body: return 1 | on_response_trailers: reply 500 x _ bad",
  },
  { name: "closing the request cuts the connection", script: "on_request_headers: close 0" },
  { name: "closing the response in its headers cuts the connection", script: "on_response_headers: close 1" },
  { name: "closing the request in the response cuts the connection", script: "on_response_headers: close 0" },
  {
    name: "closing the response in its body cuts it",
    upstream: { chunks: ["abc", "def", "ghi"] },
    script: "on_response_body#2: close 1",
  },
];

const calls: Behaviour[] = [
  {
    name: "the answer to a call is read by the root, also after taking the stream's place",
    upstream: [
      { path: "/check", reply: { status: 207, headers: { "x-c": "1" }, body: "call" } },
      { reply: { body: "ok" } },
    ],
    script: `on_request_headers: ${check} body; return 1 | on_http_call_response: pairs 6; pairs 7; body 4 0; get 0 :path; effective; get 0 :path; pairs 6; body 4 0; replace 0 x-new v; continue 0; get 0 :path`,
  },
  {
    name: "a call may end in a reply",
    script: `on_request_headers: ${check}; return 1 | on_http_call_response: effective; reply 403 x _ denied | on_response_headers: pairs 2`,
  },
  {
    name: "stop all holds the body back until the call is answered",
    request: { method: "POST", body: "abc" },
    script: `on_request_headers: ${check}; return 4 | on_http_call_response: effective; continue 0`,
  },
  {
    name: "the held body can be changed in the callback of a call",
    request: post("abc", "d"),
    script: `on_request_headers: return 1 | on_request_body: return 1 | on_request_body.end: ${check}; return 1 | on_http_call_response: effective; body 0 0; set-body 0 0 100 changed; continue 0`,
  },
  {
    name: "a request body that is made too large while a call is answered is 413",
    flavour: "small buffer",
    request: { method: "POST", body: "abc" },
    script: `on_request_headers: return 1; remove 0 content-length | on_request_body: return 1 | on_request_body.end: ${check}; return 1 | on_http_call_response: effective; set-body 0 0 100 ${"x".repeat(2000)}; continue 0 | on_response_headers: pairs 2`,
  },
  {
    name: "a response can be held for a call",
    script: `on_response_headers: return 1 | on_response_body: return 1 | on_response_body.end: ${check}; return 1 | on_http_call_response: effective; body 1 0; replace 2 :status 207; set-body 1 0 100 changed; remove 2 content-length; continue 1`,
  },
  {
    name: "stop all holds a response for a call",
    upstream: { body: "ok" },
    script: `on_response_headers: ${check}; return 4 | on_http_call_response: effective; replace 2 x-a b; continue 1`,
  },
  {
    name: "calls that cannot be made",
    script:
      "on_request_headers: call nowhere 1000 :method=GET,:path=/,:authority=x; call caldav 1000 :method=GET; call caldav 1000 x=y",
  },
  {
    name: "a server that breaks off before it answers a call is 503",
    upstream: [{ path: "/check", reply: { reset: "before headers" } }, { reply: { body: "ok" } }],
    script: `on_request_headers: ${check}; return 1 | on_http_call_response: pairs 6; body 4 0; effective; continue 0`,
  },
  {
    name: "a server that breaks off in its answer to a call is no headers and status 11",
    upstream: [{ path: "/check", reply: { chunks: ["abc"], reset: "after chunks" } }, { reply: { body: "ok" } }],
    script: `on_request_headers: ${check}; return 1 | on_http_call_response: pairs 6; body 4 0; status; effective; continue 0`,
  },
  {
    name: "trailers of an answer to a call",
    upstream: [{ path: "/check", reply: { chunks: ["abc"], trailers: { "x-t": "1" } } }, { reply: { body: "ok" } }],
    script: `on_request_headers: ${check}; return 1 | on_http_call_response: pairs 6; pairs 7; body 4 0; effective; continue 0`,
  },
  {
    name: "continuing from one's own callback wins over the answer to stop",
    script: "on_request_headers: continue 0; return 1",
  },
];

const failures: Behaviour[] = [
  { name: "a trap in the request headers is 503", script: "on_request_headers: trap | on_response_headers: pairs 2" },
  {
    name: "a trap in a held body is 503",
    request: post("abc", "d"),
    script: "on_request_headers: return 1 | on_request_body: trap",
  },
  { name: "a trap in the response headers is 503", script: "on_response_headers: trap" },
  {
    name: "a trap in the response body cuts it",
    upstream: { chunks: ["abc", "def"] },
    script: "on_response_body#2: trap",
  },
  { name: "a trap while logging changes nothing for the client", script: "on_log: trap" },
  { name: "a trap after a reply is 503", script: "on_request_headers: reply 403 x _ y; trap" },
  {
    name: "a trap in the callback of a call leaves its stream hanging until it times out",
    script: `on_request_headers: ${check}; return 1 | on_http_call_response: trap`,
  },
  { name: "too deep a recursion is 503", script: "on_request_headers: recurse 100000" },
  { name: "more memory than there is is 503", script: "on_request_headers: allocate x 1100000000" },
];

/** All behaviours that are recorded. */
export const behaviours: Behaviour[] = [
  ...headers,
  ...statuses,
  ...properties,
  ...bodies,
  ...responses,
  ...replies,
  ...calls,
  ...failures,
];
