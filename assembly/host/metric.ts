import { proxy_define_metric, proxy_increment_metric, proxy_record_metric } from "../abi/imports";
import { MetricKind, Status } from "../abi/types";

const ID: usize = memory.data(4);

/** A counter of Envoy's stats. Defined once a root; counting makes no garbage. */
export class Counter {
  private id: u32 = 0;
  private defined: bool = false;

  constructor(name: string) {
    const bytes = String.UTF8.encode(name);
    store<u32>(ID, 0);
    this.defined = proxy_define_metric(MetricKind.COUNTER, changetype<usize>(bytes), bytes.byteLength, ID) == Status.OK;
    this.id = load<u32>(ID);
  }

  add(n: i64): void {
    if (this.defined) proxy_increment_metric(this.id, n);
  }
}

/** A gauge of Envoy's stats, which goes up and down. */
export class Gauge {
  private id: u32 = 0;
  private defined: bool = false;

  constructor(name: string) {
    const bytes = String.UTF8.encode(name);
    store<u32>(ID, 0);
    this.defined = proxy_define_metric(MetricKind.GAUGE, changetype<usize>(bytes), bytes.byteLength, ID) == Status.OK;
    this.id = load<u32>(ID);
  }

  /** Adds `n`, which may be negative. */
  add(n: i64): void {
    if (this.defined && n != 0) proxy_increment_metric(this.id, n);
  }
}

/** A histogram of Envoy's stats. */
export class Histogram {
  private id: u32 = 0;
  private defined: bool = false;

  constructor(name: string) {
    const bytes = String.UTF8.encode(name);
    store<u32>(ID, 0);
    const kind = MetricKind.HISTOGRAM;
    this.defined = proxy_define_metric(kind, changetype<usize>(bytes), bytes.byteLength, ID) == Status.OK;
    this.id = load<u32>(ID);
  }

  record(value: u64): void {
    if (this.defined) proxy_record_metric(this.id, value);
  }
}
