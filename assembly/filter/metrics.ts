import { Counter, Histogram } from "../host/metric";
import { REASON_NAMES } from "../policy/decision";

/** Counters in Envoy's stats: `caldav.decisions.allowed.owner`, `caldav.decisions.refused.not_readable`, … */
export class Metrics {
  private allowed: Counter[] = [];
  private refused: Counter[] = [];
  readonly failedSignIns: Counter = new Counter("caldav.sign_in.failed");
  readonly bytesRewritten: Counter = new Counter("caldav.bytes_rewritten");
  /** Time that the filter itself takes for a request, over all its callbacks; of one request in 64. */
  readonly time: Histogram = new Histogram("caldav.filter_time_us");
  readonly trouble: Counter = new Counter("caldav.trouble");

  constructor() {
    for (let i = 0; i < REASON_NAMES.length; i++) {
      this.allowed.push(new Counter("caldav.decisions.allowed." + REASON_NAMES[i]));
      this.refused.push(new Counter("caldav.decisions.refused." + REASON_NAMES[i]));
    }
  }

  decided(passes: bool, reason: i32): void {
    const counters = passes ? this.allowed : this.refused;
    if (reason >= 0 && reason < counters.length) counters[reason].add(1);
  }
}
