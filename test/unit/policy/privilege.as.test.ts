import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import {
  Privilege,
  PRIVILEGE_NAMES,
  privilegesOfName,
  privilegesOfRole,
  ROLE_NAMES,
} from "../../../assembly/policy/privilege";

describe("roles", () => {
  test("stand for the privileges that the reference says", () => {
    const read = Privilege.READ | Privilege.READ_CURRENT_USER_PRIVILEGE_SET | Privilege.READ_FREE_BUSY;
    const write = read | Privilege.WRITE_CONTENT | Privilege.BIND | Privilege.UNBIND | Privilege.UNLOCK;
    expect(privilegesOfRole("free-busy")).toBe(Privilege.READ_FREE_BUSY);
    expect(privilegesOfRole("busy") & Privilege.READ).toBe(0);
    expect(privilegesOfRole("read")).toBe(read);
    expect(privilegesOfRole("append")).toBe(read | Privilege.BIND);
    expect(privilegesOfRole("write")).toBe(write);
    expect(privilegesOfRole("manage")).toBe(write | Privilege.WRITE_PROPERTIES);
    expect(privilegesOfRole("owner")).toBe(Privilege.ALL);
  });

  test("are each known by name, and nothing else is", () => {
    for (let i = 0; i < ROLE_NAMES.length; i++) expect(privilegesOfRole(ROLE_NAMES[i])).not.toBe(0);
    expect(privilegesOfRole("Read")).toBe(0);
    expect(privilegesOfRole("bind")).toBe(0);
  });
});

describe("privilege names", () => {
  test("hold the aggregates of RFC 3744", () => {
    expect(privilegesOfName("write")).toBe(
      Privilege.WRITE_PROPERTIES | Privilege.WRITE_CONTENT | Privilege.BIND | Privilege.UNBIND,
    );
    expect(privilegesOfName("all")).toBe(Privilege.ALL);
    expect(privilegesOfName("read") & Privilege.READ_FREE_BUSY).toBe(Privilege.READ_FREE_BUSY);
  });

  test("are each known, and nothing else is", () => {
    for (let i = 0; i < PRIVILEGE_NAMES.length; i++) expect(privilegesOfName(PRIVILEGE_NAMES[i])).not.toBe(0);
    expect(privilegesOfName("busy")).toBe(0);
    expect(privilegesOfName("")).toBe(0);
  });
});
