import { compileProbe } from "./compile.ts";
import { Emulator, type Exchange, type ExchangeOptions, type ProcessOptions, type RequestInput } from "./index.ts";
import type { UpstreamHandler } from "./index.ts";

/** The scripted probe in an emulated Envoy, configured with a script for its root. */
export async function scripted(options: Partial<ProcessOptions> = {}, configuration = ""): Promise<Emulator> {
  const host = await Emulator.create(await compileProbe("test/host/probes/scripted.ts"), options);
  host.configure("probe", configuration);
  return host;
}

/** Plays one exchange with a script. */
export function exchange(
  host: Emulator,
  script: string,
  request: Partial<RequestInput> = {},
  upstream: UpstreamHandler = () => ({ body: "ok" }),
  options: ExchangeOptions = {},
): Exchange {
  return host.exchange({ path: "/", ...request, headers: { "x-script": script } }, upstream, options);
}

/** What the probe saw: callbacks and the statuses of its operations. */
export function traceOf(logs: readonly { message: string; vm: string }[], vm?: string): string[] {
  return logs
    .filter((line) => line.message.startsWith("»") && (vm === undefined || line.vm === vm))
    .map(({ message }) => message.slice(2));
}

/** The callbacks only. */
export function callbacksOf(logs: readonly { message: string; vm: string }[], vm?: string): string[] {
  return traceOf(logs, vm).filter((line) => !line.startsWith(" "));
}
