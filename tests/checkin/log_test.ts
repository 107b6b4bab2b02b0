import { assertEquals, assertStringIncludes } from "@std/assert";
import { createLogger, LOG_LEVELS, type LoggerOptions } from "../../checkin/log.ts";

const NOON = Date.UTC(2026, 10, 22, 12);

function logger(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const log = createLogger({ write: (line) => lines.push(line), clock: () => NOON, ...options });
  return { log, lines, messages: () => lines.map((line) => line.split(/ +/)[2]!.trimEnd()) };
}

/** A line at every level, and one at any. */
function sayAll(log: ReturnType<typeof createLogger>): void {
  log.debug("debug");
  log.info("info");
  log.warn("warn");
  log.error("error");
  log.always("always");
}

Deno.test("createLogger() writes the lines of its level and above, ERROR where none is given", () => {
  const expected = ["debug", "info", "warn", "error"];
  LOG_LEVELS.forEach((level, i) => {
    const { log, messages } = logger({ level });
    sayAll(log);
    assertEquals(messages(), [...expected.slice(i), "always"]);
  });
  const { log, messages } = logger();
  sayAll(log);
  assertEquals(messages(), ["error", "always"]);
});

Deno.test("Logger.setLevel() holds from the next line on", () => {
  const { log, messages } = logger();
  log.info("before");
  log.setLevel("INFO");
  log.info("after");
  assertEquals(messages(), ["after"]);
  assertEquals([log.isWritten("DEBUG"), log.isWritten("INFO")], [false, true]);
});

Deno.test("createLogger() writes one line of text an event", () => {
  const { log, lines } = logger({ level: "INFO" });
  log.info("check-in", { command: "register", duration_ms: 12, ok: true, reason: "two words", left_out: undefined });
  log.warn("quotes", { text: 'say "x"', empty: "", equals: "a=b" });
  assertEquals(lines, [
    '2026-11-22T12:00:00.000Z INFO  check-in command=register duration_ms=12 ok=true reason="two words"\n',
    '2026-11-22T12:00:00.000Z WARN  quotes text="say \\"x\\"" empty="" equals="a=b"\n',
  ]);
});

Deno.test("createLogger() writes one line of JSON an event, whatever the fields are called", () => {
  const { log, lines } = logger({ level: "INFO", format: "json" });
  log.error("refused", { status: 500, time: "mine", level: "mine", message: "mine", ["__proto__"]: "x" });
  assertEquals(lines, [
    '{"time":"2026-11-22T12:00:00.000Z","level":"ERROR","message":"refused","status":500,"__proto__":"x"}\n',
  ]);
});

Deno.test("createLogger() lets foreign text neither begin a line nor act on a terminal", () => {
  const foreign = "a\nFATAL b\r\x1b[2J\x9b0m\x7f\u2028\u202eb\0\t";
  for (const format of ["text", "json"] as const) {
    const { log, lines } = logger({ level: "INFO", format });
    log.info(foreign, { [foreign]: foreign });
    // deno-lint-ignore no-control-regex
    assertEquals(lines[0]!.slice(0, -1).match(/[\x00-\x1f\x7f-\x9f\u2028\u202e]/g), null);
    assertEquals(lines[0]!.at(-1), "\n");
    assertStringIncludes(lines[0]!, "a\\nFATAL b\\");
    if (format === "json") assertEquals(JSON.parse(lines[0]!).message, foreign);
  }
});

Deno.test("createLogger() never writes a secret", () => {
  for (const format of ["text", "json"] as const) {
    const { log, lines } = logger({ level: "DEBUG", format, secrets: ['tok"en', ""] });
    log.hide("public");
    log.hide("");
    log.debug('body: tok"en', { header: 'Bearer tok"en', ['tok"en']: 1 });
    log.once("key", "always", "community public");
    log.debug("registering", { body: JSON.stringify({ a: 'tok"en' }) });
    assertEquals(lines.filter((line) => /tok|public/.test(line)), []);
    assertEquals(lines.join("").match(/\[hidden\]/g)?.length, 5);
  }
});

Deno.test("createLogger() cuts long text, at DEBUG later", () => {
  const { log, lines } = logger({ level: "DEBUG" });
  log.info("x".repeat(5000), { field: "y".repeat(2001) });
  assertEquals(lines[0]!.length < 4200, true);
  assertStringIncludes(lines[0]!, "… (3000 characters more)");
  assertStringIncludes(lines[0]!, '… (1 characters more)"');
  log.debug("x".repeat(5000));
  assertEquals(lines[1]!.length > 5000, true);
  log.debug("x".repeat(1_000_000));
  assertEquals(lines[2]!.length < 17_000, true);
});

Deno.test("Logger.once() says a thing once, again when it differs, and again after forget()", () => {
  const { log, messages } = logger({ level: "INFO" });
  const said = [
    log.once("key", "WARN", "a"),
    log.once("key", "WARN", "a"),
    log.once("other", "WARN", "a"),
    log.once("key", "WARN", "b"),
    log.forget("key"),
    log.forget("key"),
    log.once("key", "WARN", "b"),
    log.once("hidden", "DEBUG", "c"),
    log.once("always", "always", "d"),
  ];
  assertEquals(said, [true, false, true, true, true, false, true, true, true]);
  assertEquals(messages(), ["a", "a", "b", "b", "d"]);
});

Deno.test("Logger.once() does not remember without an end", () => {
  const { log, lines } = logger({ level: "INFO" });
  for (let i = 0; i < 1001; i++) log.once(`key ${i}`, "INFO", "x");
  assertEquals([log.once("key 1000", "INFO", "x"), log.once("key 0", "INFO", "x")], [false, true]);
  assertEquals(lines.length, 1002);
});

Deno.test("createLogger() goes on where its lines cannot be written", () => {
  const { log } = logger({
    write: () => {
      throw new Error("no space left");
    },
  });
  log.error("x");
  log.always("x");
});
