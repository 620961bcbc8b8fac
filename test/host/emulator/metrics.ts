import { METRIC_TYPE_MAX, MetricType, Status } from "./abi.ts";
import type { Vm } from "./vm.ts";

/** Metrics of the process: values by name, which all VMs share; each VM has ids of its own for them. */
export class Metrics {
  private readonly values = new Map<string, bigint>();
  private readonly samples = new Map<string, bigint[]>();

  /** Value of a counter or gauge; 0 when nobody has defined it. */
  get(name: string): number {
    return Number(this.values.get(name) ?? 0n);
  }

  /** What was recorded in a histogram, in order. */
  histogram(name: string): number[] {
    return (this.samples.get(name) ?? []).map(Number);
  }

  /** All counters and gauges. */
  all(): Record<string, number> {
    return Object.fromEntries([...this.values].map(([name, value]) => [name, Number(value)]));
  }

  /** @returns the id, or null for an unknown type */
  define(vm: Vm, type: number, name: string): number | null {
    if (type > METRIC_TYPE_MAX) return null;
    const id = vm.allocateMetricId(type);
    vm.metricNames.set(id, name);
    if (type === MetricType.Histogram) this.samples.set(name, this.samples.get(name) ?? []);
    else this.values.set(name, this.values.get(name) ?? 0n);
    return id;
  }

  increment(vm: Vm, id: number, by: bigint): number {
    const type = id & 3;
    if (type !== MetricType.Counter && type !== MetricType.Gauge) return Status.BadArgument;
    const name = vm.metricNames.get(id);
    if (name === undefined) return Status.NotFound;
    if (type === MetricType.Counter && by <= 0n) return Status.BadArgument;
    this.values.set(name, (this.values.get(name) ?? 0n) + by);
    return Status.Ok;
  }

  record(vm: Vm, id: number, value: bigint): number {
    const name = vm.metricNames.get(id);
    if (name === undefined) return Status.NotFound;
    if ((id & 3) === MetricType.Histogram) this.samples.get(name)?.push(value);
    else this.values.set(name, (id & 3) === MetricType.Counter ? (this.values.get(name) ?? 0n) + value : value);
    return Status.Ok;
  }

  /** @returns the value, or a status; histograms cannot be read */
  read(vm: Vm, id: number): bigint | number {
    if ((id & 3) > MetricType.Gauge) return Status.BadArgument;
    const name = vm.metricNames.get(id);
    return name === undefined ? Status.NotFound : (this.values.get(name) ?? 0n);
  }
}
