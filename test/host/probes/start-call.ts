/** A filter that calls the host before it may: while the module initializes only logging, the clock and the like are allowed. */
import { abort, malloc, out, proxy_define_metric, ptr, utf8 } from "./host";
export { abort, malloc };

const name = utf8("too_early");
proxy_define_metric(0, ptr(name), name.byteLength, out);

export function proxy_abi_version_0_2_1(): void {}
