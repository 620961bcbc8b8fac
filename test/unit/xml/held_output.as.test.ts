import { describe, expect, test } from "vitest-pool-assemblyscript/assembly";
import { HeldOutput } from "../../../assembly/xml/held_output";

const LETTERS = String.UTF8.encode("abcdefghijklmnopqrstuvwxyz");

function add(output: HeldOutput, from: i32, len: i32): void {
  output.add(changetype<usize>(LETTERS) + <usize>from, len);
}

describe("HeldOutput", () => {
  test("puts runs together and copies them when asked to", () => {
    const output = new HeldOutput(100);
    add(output, 0, 2);
    add(output, 2, 2);
    expect(output.position).toBe(4);
    add(output, 10, 1);
    expect(output.writer().toString()).toBe("abcdk");
    expect(output.out.len).toBe(0);
    output.suspend(-1);
    expect(output.out.toString()).toBe("abcdk");
  });

  test("takes back what was noted and what was copied", () => {
    const output = new HeldOutput(100);
    add(output, 0, 3);
    output.rewind(2);
    add(output, 5, 1);
    expect(output.writer().toString()).toBe("abf");
    add(output, 6, 1);
    output.rewind(1);
    add(output, 25, 1);
    expect(output.writer().toString()).toBe("az");
  });

  test("keeps what may be taken back, and gives the rest away", () => {
    const output = new HeldOutput(100);
    add(output, 0, 2);
    const mark = output.position;
    add(output, 2, 3);
    output.suspend(mark);
    expect(output.out.toString()).toBe("ab");
    output.out.reset();
    output.suspend(mark);
    expect(output.out.len).toBe(0);
    expect(output.position).toBe(5);
    add(output, 25, 1);
    output.rewind(mark + 1);
    add(output, 24, 1);
    output.suspend(-1);
    expect(output.out.toString()).toBe("cy");
  });

  test("adds to what nobody drained", () => {
    const output = new HeldOutput(100);
    add(output, 0, 2);
    output.suspend(1);
    add(output, 2, 2);
    output.suspend(3);
    expect(output.out.toString()).toBe("abc");
    output.rewind(3);
    add(output, 25, 1);
    output.suspend(-1);
    expect(output.out.toString()).toBe("abcz");
  });

  test("says when it was over its ceiling", () => {
    const output = new HeldOutput(4);
    add(output, 0, 5);
    output.flush();
    expect(output.overflow).toBe(true);
  });
});
