import { Text } from "../bytes/text";
import { Layout, Resource, ResourceKind } from "../dav/layout";
import { Config, Server } from "./config";
import { after, member, Node, usable } from "./document";
import { Faults } from "./faults";
import * as Key from "./keys";

/** Where a server keeps things: principal, home, calendar. */
class Preset {
  constructor(
    readonly principal: string,
    readonly home: string,
    readonly calendar: string,
  ) {}
}

/** In the order of `Server`; `custom` has none. */
const PRESETS: Preset[] = [
  new Preset("", "", ""),
  new Preset("/{user}/", "/{user}/", "/{user}/{calendar}/"),
  new Preset("/{user}/", "/{user}/calendars/", "/{user}/calendars/{calendar}/"),
  new Preset("/caldav.php/{user}/", "/caldav.php/{user}/", "/caldav.php/{user}/{calendar}/"),
  new Preset("/dav.php/principals/{user}/", "/dav.php/calendars/{user}/", "/dav.php/calendars/{user}/{calendar}/"),
  new Preset(
    "/remote.php/dav/principals/users/{user}/",
    "/remote.php/dav/calendars/{user}/",
    "/remote.php/dav/calendars/{user}/{calendar}/",
  ),
  new Preset("/dav/principals/user/{user}/", "/dav/calendars/user/{user}/", "/dav/calendars/user/{user}/{calendar}/"),
  new Preset("/SOGo/dav/{user}/", "/SOGo/dav/{user}/Calendar/", "/SOGo/dav/{user}/Calendar/{calendar}/"),
  new Preset("/dav/pal/{user}/", "/dav/cal/{user}/", "/dav/cal/{user}/{calendar}/"),
];
/** A preset that is right, to try one pattern at a time. */
const RIGHT = new Preset("/{user}/", "/{user}/", "/{user}/{calendar}/");

/** Reads `server` and `layout` into the compiled layout. */
export function readServer(root: Node, config: Config, faults: Faults): void {
  const server = usable(root, Key.SERVER);
  if (server === null) return;
  config.server = <i32>server.word;
  const layout = usable(root, Key.LAYOUT);
  const preset = PRESETS[min(config.server, PRESETS.length - 1)];
  const custom = config.server == Server.CUSTOM;
  if (custom && member(root, Key.LAYOUT) === null) {
    faults.atMember(root, Key.LAYOUT, 'is required with "server: custom" (principal, home and calendar)');
    return;
  }
  const principal = pattern(layout, Key.PRINCIPAL, preset.principal, custom, faults);
  const home = pattern(layout, Key.HOME, preset.home, custom, faults);
  const calendar = pattern(layout, Key.CALENDAR, preset.calendar, custom, faults);
  if (config.layout.compile(principal, home, calendar) === null || layout === null) return;
  // Each by itself, so that all that are wrong are named.
  const trial = new Layout();
  patternFault(layout, Key.PRINCIPAL, trial.compile(principal, RIGHT.home, RIGHT.calendar), faults);
  patternFault(layout, Key.HOME, trial.compile(RIGHT.principal, home, RIGHT.calendar), faults);
  patternFault(layout, Key.CALENDAR, trial.compile(RIGHT.principal, RIGHT.home, calendar), faults);
}

/** Reads `other_paths`, after the layout. */
export function readOtherPaths(root: Node, config: Config, faults: Faults): void {
  const paths = usable(root, Key.OTHER_PATHS);
  if (paths === null) return;
  const resource = new Resource();
  for (let entry = paths.first; entry !== null; entry = after(entry)) {
    const added = config.otherPaths.length;
    const fault = config.otherPaths.add(entry.keyString, entry.valid && entry.word == 1);
    if (fault !== null) {
      faults.at(entry, fault);
      continue;
    }
    const path = config.otherPaths.at(added);
    if (path === null || faults.count > 0) continue;
    config.layout.classify(path, resource);
    if (resource.kind > ResourceKind.CONTEXT) faults.at(entry, "lies in the layout, so it would have no effect");
  }
}

/** A pattern of the layout or of the preset; "" (and a fault) when a custom server needs one that is not there. */
function pattern(layout: Node | null, key: Text, preset: string, custom: bool, faults: Faults): string {
  const given = member(layout, key);
  if (given !== null) return given.valid ? given.string : preset;
  if (custom && layout !== null) faults.atMember(layout, key, 'is required with "server: custom"');
  return preset;
}

function patternFault(layout: Node, key: Text, fault: string | null, faults: Faults): void {
  if (fault === null || usable(layout, key) === null) return;
  const space = fault.indexOf(" ");
  faults.atMember(layout, key, fault.substring(space + 1));
}
