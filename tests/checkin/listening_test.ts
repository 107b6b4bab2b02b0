import { assertEquals } from "@std/assert";
import { systemClock } from "../../checkin/clock.ts";
import { isListening } from "../../checkin/listening.ts";
import { createFakeClock } from "./fake_clock.ts";

Deno.test("isListening() tells a server that accepts connections from an address where none does", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  assertEquals(await isListening(`http://127.0.0.1:${port}/hanlon`, systemClock), true);
  listener.close();
  assertEquals(await isListening(`https://127.0.0.1:${port}/hanlon`, systemClock), false);
});

Deno.test("isListening() does not wait for a connection that does not come", async () => {
  const clock = createFakeClock();
  const connect = Deno.connect;
  const { promise, reject } = Promise.withResolvers<never>();
  Deno.connect = (() => promise) as typeof Deno.connect;
  try {
    const asked = isListening("http://[::1]:8026", clock);
    await clock.advance(3_000);
    assertEquals(await asked, false);
  } finally {
    Deno.connect = connect;
    reject(new Error("late"));
  }
});
