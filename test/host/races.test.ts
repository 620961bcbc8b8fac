/** Objects that change between a look of the filter's own and the server's listing, in the emulated host. */
import { describe, expect, test } from "vitest";
import { filterPath } from "../../tools/build.ts";
import { config, namesIn, races, replyOf } from "../cases/changing_calendar.ts";
import { Emulator } from "./emulator/index.ts";

describe("a calendar that changes while it is listed", () => {
  for (const { name, request, states, asked, status, names = [], has = [], lacks = [], headers = {} } of races)
    test(name, async () => {
      const host = await Emulator.create(await filterPath(), {
        bufferLimit: 2097152,
        collectInMalloc: true,
        clusters: ["caldav"],
      });
      expect(host.configure("caldav", config).accepted).toBe(true);
      let count = 0;
      const reply = host.exchange(request, (asks) => replyOf(states[Math.min(count++, states.length - 1)] ?? {}, asks));
      expect(reply.vmFailed).toBeNull();
      expect(reply.faults).toEqual([]);
      expect(reply.hung).toBe(false);
      expect(reply.status, reply.body).toBe(status);
      expect(namesIn(reply.body)).toEqual(names);
      for (const part of has) expect(reply.body).toContain(part);
      for (const part of lacks) expect(reply.body).not.toContain(part);
      expect(reply.headers).toMatchObject(headers);
      expect(count).toBe(asked);
    });
});
