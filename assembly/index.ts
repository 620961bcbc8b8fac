import "./abi/abort";
import { registerRoot } from "./abi/dispatch";
import { RootContext } from "./abi/context";
import { CalendarRoot } from "./filter/root";

registerRoot((): RootContext => new CalendarRoot());

export { malloc } from "./abi/memory";
export {
  proxy_abi_version_0_2_1,
  proxy_on_configure,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_http_call_response,
  proxy_on_queue_ready,
  proxy_on_request_body,
  proxy_on_request_headers,
  proxy_on_request_trailers,
  proxy_on_response_body,
  proxy_on_response_headers,
  proxy_on_response_trailers,
  proxy_on_tick,
  proxy_on_vm_start,
} from "./abi/dispatch";
