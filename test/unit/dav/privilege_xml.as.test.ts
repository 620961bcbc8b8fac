import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { Writer } from "../../../assembly/bytes/writer";
import { writePrivilege, writePrivileges } from "../../../assembly/dav/privilege_xml";
import { Privilege, privilegesOfRole } from "../../../assembly/policy/privilege";

function all(privileges: u32): string {
  const out = new Writer(4096);
  writePrivileges(privileges, out);
  return out.toString();
}

describe("writePrivileges", () => {
  test("names every leaf that is held", () => {
    expect(all(privilegesOfRole("append"))).toBe(
      "<D:privilege><D:read/></D:privilege><D:privilege><D:bind/></D:privilege>" +
        "<D:privilege><D:read-current-user-privilege-set/></D:privilege><D:privilege><C:read-free-busy/></D:privilege>",
    );
    expect(all(0)).toBe("");
  });

  test("names an aggregate only when all of it is held", () => {
    expect(all(privilegesOfRole("write")).includes("<D:write/>")).toBe(false);
    expect(all(privilegesOfRole("manage")).includes("<D:write/>")).toBe(true);
    expect(all(privilegesOfRole("manage")).includes("<D:all/>")).toBe(false);
    expect(all(Privilege.ALL).includes("<D:all/>")).toBe(true);
  });

  test("tells who sees busy blocks that they may read", () => {
    expect(all(privilegesOfRole("busy")).includes("<D:read/>")).toBe(true);
    expect(all(privilegesOfRole("free-busy")).includes("<D:read/>")).toBe(false);
  });

  test("names one privilege alone", () => {
    const out = new Writer(4096);
    writePrivilege(Privilege.WRITE_CONTENT, out);
    expect(out.toString()).toBe("<D:privilege><D:write-content/></D:privilege>");
  });
});
