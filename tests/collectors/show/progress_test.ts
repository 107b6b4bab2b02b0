import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { SOURCE_NAMES } from "../../../collectors/facts/mod.ts";
import { progress } from "../../../collectors/show/progress.ts";

/** What a terminal shows of what was written to it: lines, in the last of which a carriage return goes to its start. */
function terminal(): { write(text: string): void; shown(): string } {
  const lines: string[] = [];
  let line: string[] = [], column = 0;
  return {
    write: (text) => {
      for (const character of text) {
        if (character === "\r") column = 0;
        else if (character === "\n") {
          lines.push(line.join("").trimEnd());
          line = [];
          column = 0;
        } else line[column++] = character;
      }
    },
    shown: () => [...lines, line.join("").trimEnd()].join("\n"),
  };
}

Deno.test("progress() says what runs and what is done, how it went, and for how long", () => {
  const { write, shown } = terminal();
  let now = 1000;
  const line = progress(write, () => now);
  line.onProgress("lshw");
  line.onProgress("lscpu");
  line.onProgress("ipmitool");
  assertEquals(shown(), "0 s  running: lshw lscpu ipmitool");
  now += 2400;
  line.onProgress("lscpu", { status: "ok", elapsedMs: 1 });
  line.onProgress("ipmitool", { status: "skipped", elapsedMs: 1 });
  assertEquals(shown(), "2 s  running: lshw  done: lscpu ipmitool");
  line.onProgress("lshw", { status: "timeout", elapsedMs: 1 });
  assertEquals(shown(), "2 s  done: lscpu ipmitool lshw (timeout)");
  line.end();
  assertEquals(shown(), "");
});

Deno.test("progress() goes on counting while nothing happens", async () => {
  const { write, shown } = terminal();
  let now = 0;
  const line = progress(write, () => now);
  line.onProgress("lshw");
  now = 7000;
  await new Promise((resolve) => setTimeout(resolve, 600));
  assertEquals(shown(), "7 s  running: lshw");
  line.end();
});

Deno.test("progress() lets a log be written above its line", () => {
  const { write, shown } = terminal();
  const line = progress(write, () => 0);
  line.onProgress("lshw");
  line.writeAbove("registered\n");
  assertEquals(shown(), "registered\n0 s  running: lshw");
  line.onProgress("lscpu");
  line.end();
  line.writeAbove("ended\n");
  assertEquals(shown(), "registered\nended\n");
});

for (const [columns, most] of [[undefined, 79], [0, 79], [200, 79], [40, 39]] as const) {
  Deno.test(`progress() writes at most ${most} columns when the terminal says ${columns}`, () => {
    let longest = 0;
    const line = progress((text) => longest = Math.max(longest, text.length), () => 0, columns);
    for (const name of SOURCE_NAMES) line.onProgress(name);
    for (const name of SOURCE_NAMES) line.onProgress(name, { status: "failed", elapsedMs: 1 });
    line.end();
    assert(longest > most / 2);
    assertLessOrEqual(longest, "\r".length + most + "\r".length);
  });
}
