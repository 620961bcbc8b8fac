import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { IdentitySource, Server } from "../../../assembly/config/config";
import { Faults } from "../../../assembly/config/faults";
import { readConfig } from "../../../assembly/config/read";

describe("readConfig", () => {
  test("gives a configuration that outlives the bytes it was read from", () => {
    const json = '{"server":"baikal","identity":{"basic":{"remember":"5m"},"realm":"R"},"groups":{"team":["bob"]}}';
    const bytes = String.UTF8.encode(json);
    const faults = new Faults();
    const config = readConfig(changetype<usize>(bytes), bytes.byteLength, faults);
    memory.fill(changetype<usize>(bytes), 0, bytes.byteLength);
    expect(faults.toString()).toBe("");
    if (config === null) return;
    __collect();
    expect(config.server).toBe(Server.BAIKAL);
    expect(config.identity.source).toBe(IdentitySource.BASIC);
    expect(config.identity.remember).toBe(300_000);
    expect(config.identity.realm).toBe("R");
    expect(config.layout.context.len).toBe(9);
    const bob = String.UTF8.encode("bob");
    const group = config.groups.first(changetype<usize>(bob), 3);
    expect(group).not.toBe(0);
    expect(String.UTF8.decodeUnsafe(config.groups.groupPtr(group), config.groups.groupLen(group))).toBe("team");
  });

  test("gives nothing with a fault, be it an old one", () => {
    const faults = new Faults();
    expect(readConfig(0, 0, faults) === null).toBe(true);
    expect(faults.toString()).toBe("server: is required\nidentity: is required");
    const json = String.UTF8.encode('{"server":"radicale","identity":{"basic":{}}}');
    expect(readConfig(changetype<usize>(json), json.byteLength, faults) === null).toBe(true);
  });
});
