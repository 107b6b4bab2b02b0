import { assertEquals } from "@std/assert";
import type { Outcome } from "../../checkin/hanlon/answer.ts";
import { createLogger } from "../../checkin/log.ts";
import { createOutbox } from "../../checkin/outbox.ts";
import { createFakeClock } from "./fake_clock.ts";

/** Outboxes of several destinations on one clock, each answered as `answers` says. */
function outboxes(contents: Record<string, () => object | undefined>, answer: (name: string) => Outcome) {
  const clock = createFakeClock();
  const ending = new AbortController();
  const sent: string[] = [];
  const lines: string[] = [];
  const log = createLogger({ write: (line) => lines.push(line), clock: clock.wall });
  const all = Object.entries(contents).map(([name, content]) =>
    createOutbox({ clock, random: () => 0.5, log, signal: ending.signal }, {
      name,
      intervalMs: () => 60_000,
      isPossible: () => true,
      content,
      send: () => {
        sent.push(name);
        return Promise.resolve(answer(name));
      },
      onDelivered: () => {},
      onFailed: () => {},
    })
  );
  const running = Promise.all(all.map((outbox) => outbox.run()));
  return {
    clock,
    all,
    sent,
    lines,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
    },
  };
}

Deno.test("createOutbox() lets a destination that fails hold up no other", async () => {
  const facts = () => ({});
  await using boxes = outboxes(
    { one: facts, two: facts },
    (name) => name === "one" ? { kind: "unavailable", status: 500, reason: "HTTP 500" } : { kind: "accepted" },
  );
  for (const outbox of boxes.all) outbox.add();
  await boxes.clock.advance(150_000);
  assertEquals(boxes.sent, ["one", "two", "one", "one"]);
  assertEquals(boxes.all.map(({ isPending }) => isPending), [true, false]);
  assertEquals(boxes.lines.length, 1);
});

Deno.test("createOutbox() sends what is too large once, and what comes in its place", async () => {
  let content: object | undefined;
  let isTooLarge = true;
  await using boxes = outboxes(
    { one: () => content },
    () => isTooLarge ? { kind: "tooLarge", reason: "not sent: 17 MiB" } : { kind: "accepted" },
  );
  boxes.all[0]!.add();
  await boxes.clock.advance(600_000);
  assertEquals(boxes.sent.length, 0);
  content = {};
  boxes.all[0]!.wake();
  await boxes.clock.advance(600_000);
  assertEquals([boxes.sent.length, boxes.all[0]!.isPending], [1, true]);
  isTooLarge = false;
  content = {};
  boxes.all[0]!.wake();
  await boxes.clock.advance(600_000);
  assertEquals([boxes.sent.length, boxes.all[0]!.isPending], [2, false]);
});
