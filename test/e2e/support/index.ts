export { Authority } from "./authority.ts";
export { lastWords, stopAll, untilTheEnd } from "./cleanup.ts";
export { EnvoyRefused } from "../../../cli/launch.ts";
export { startEnvoy, type EnvoyOptions, type HttpFilter, type ListenerOptions, type TestEnvoy } from "./envoy.ts";
export { temporaryFolder } from "./folder.ts";
export { request, sendRaw, type RequestOptions, type Response } from "./request.ts";
export { startRadicale, startXandikos, type CalendarServer } from "./servers.ts";
export { createIssuer, type Issuer } from "./tokens.ts";
export { startUpstream, type Handler, type Recorded, type Upstream } from "./upstream.ts";
