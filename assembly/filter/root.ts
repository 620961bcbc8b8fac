import { RootContext, StreamContext } from "../abi/context";
import { BufferKind, LogLevel } from "../abi/types";
import { text, Text } from "../bytes/text";
import { Writer } from "../bytes/writer";
import { Coherence, Config, IdentitySource } from "../config/config";
import { Faults } from "../config/faults";
import { readConfig } from "../config/read";
import { copyBody } from "../host/body";
import { tickEvery } from "../host/clock";
import { log } from "../host/log";
import { ViewTags } from "../policy/view_tag";
import { Cache, tickCaches } from "./cache";
import { CollectionCheck } from "./collection_check";
import { Credentials } from "./credentials";
import { readMail, wakeAll } from "./flights";
import { FreeBusy } from "./free_busy";
import { Guard } from "./guard";
import { HiddenObjects } from "./hidden_objects";
import { challengeOf, Identity } from "./identity";
import { Metrics } from "./metrics";
import { OwnCall } from "./own_call";
import { Replies } from "./replies";
import { takeStream } from "./stream_pool";
import { Upstream } from "./upstream";
import { viewKey } from "./view_key";

/** How often it is looked at who has waited too long, in ms. */
const TICK_MS: u32 = 100;

/** Everything that one configuration is compiled into. Streams keep it alive until the last of them has ended. */
export class Plugin {
  readonly identity: Identity;
  readonly upstream: Upstream;
  readonly credentials: Credentials;
  readonly guard: Guard;
  readonly hiddenObjects: HiddenObjects;
  readonly freeBusy: FreeBusy;
  /** Null without `cache.coherence`. */
  readonly cache: Cache | null;
  readonly collectionCheck: CollectionCheck;
  readonly replies: Replies;
  readonly metrics: Metrics;
  /** ETags, ctags and sync-tokens of views. */
  readonly tags: ViewTags;
  /** The time decides something: a share that ends, or how long a password is remembered or blocked. */
  readonly needsClock: bool;
  /** `Vary` of what the filter answers, and what it adds to the server's. */
  readonly vary: Text;
  /** How many streams use it; with the root gone, the last one frees its tables. */
  streams: i32 = 0;
  isRetired: bool = false;

  /** `bytes`: the configuration as it came. */
  constructor(
    readonly config: Config,
    bytes: Writer,
  ) {
    this.identity = new Identity(config);
    const upstream = new Upstream(config);
    const call = new OwnCall(config);
    const metrics = new Metrics();
    this.metrics = metrics;
    this.upstream = upstream;
    this.guard = new Guard(call, upstream);
    this.hiddenObjects = new HiddenObjects(call, upstream);
    this.freeBusy = new FreeBusy(call, upstream);
    this.credentials = new Credentials(config, call, metrics);

    this.needsClock = config.shares.hasEnds || config.identity.source == IdentitySource.BASIC;
    const isCached = config.cache.coherence != Coherence.OFF;
    const key = viewKey(config.viewSecret);
    this.tags = new ViewTags(key);
    this.collectionCheck = new CollectionCheck(call, upstream);
    const vary = text(varyOf(config));
    this.vary = vary;
    this.cache = isCached ? new Cache(config, upstream, bytes, key, vary) : null;
    this.replies = new Replies(challengeOf(config.identity), vary, config.layout.context);
  }

  release(): void {
    if (!this.isRetired || this.streams > 0) return;
    this.config.free();
    this.credentials.free();
    this.guard.free();
    this.hiddenObjects.free();
    this.freeBusy.free();
    this.collectionCheck.free();
    const cache = this.cache;
    if (cache !== null) cache.free();
    this.identity.free();
    this.upstream.free();
    this.replies.free();
    this.tags.free();
  }
}

/** A configuration of the filter in Envoy: read once, refused as a whole or used as a whole. */
export class CalendarRoot extends RootContext {
  private plugin: Plugin | null = null;

  onConfigure(size: i32): bool {
    const bytes = new Writer(64 << 20);
    const faults = new Faults();
    let config: Config | null = null;
    if (size == 0 || copyBody(BufferKind.PLUGIN_CONFIGURATION, size, bytes)) {
      config = readConfig(bytes.ptr, bytes.len, faults);
    } else log(LogLevel.CRITICAL, "caldav: the configuration could not be read from the host");
    if (config === null) {
      bytes.release(0);
      if (faults.count > 0) log(LogLevel.CRITICAL, "caldav: the configuration is refused:\n" + faults.toString());
      return false;
    }
    const plugin = new Plugin(config, bytes);
    bytes.release(0);
    this.plugin = plugin;
    if (plugin.cache !== null) tickEvery(TICK_MS);
    return true;
  }

  createStream(id: u32): StreamContext | null {
    const plugin = this.plugin;
    return plugin === null ? null : takeStream(plugin);
  }

  onTick(): void {
    tickCaches();
    wakeAll();
  }

  onQueueReady(): void {
    readMail();
  }

  onDelete(): void {
    const plugin = this.plugin;
    if (plugin === null) return;
    plugin.isRetired = true;
    plugin.release();
    this.plugin = null;
  }
}

/** What an answer depends on besides its URI: who asks, and for DAV how. */
function varyOf(config: Config): string {
  let vary = "Authorization, Cookie, Depth, Prefer, Brief";
  if (config.identity.source == IdentitySource.HEADER) vary += ", " + config.identity.header;
  return vary;
}
