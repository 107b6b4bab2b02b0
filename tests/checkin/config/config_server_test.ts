import { assertEquals } from "@std/assert";
import { effectiveConfig, mergeServerConfig } from "../../../checkin/config/mod.ts";
import { parse, PATTERN, SERVER_FILE } from "./config_support.ts";

Deno.test("mergeServerConfig() takes the four settings that a server may change, each alone or together", () => {
  const current = parse(SERVER_FILE);
  const cases: [received: Record<string, unknown>, changed: string[]][] = [
    [{ mk_checkin_interval: 30 }, ["mk_checkin_interval"]],
    [{ mk_checkin_interval: "30", mk_checkin_skew: "0" }, ["mk_checkin_interval", "mk_checkin_skew"]],
    [{ mk_log_level: "Logger::DEBUG" }, ["mk_log_level"]],
    [{ mk_fact_excl_pattern: "^a$" }, ["mk_fact_excl_pattern"]],
  ];
  for (const [received, changed] of cases) {
    const merged = mergeServerConfig(current, received);
    assertEquals(merged.changed as string[], changed);
    const expected: Record<string, unknown> = { ...effectiveConfig(current), ...received };
    for (const [key, value] of Object.entries(effectiveConfig(merged.config))) {
      assertEquals(String(value), String(expected[key]));
    }
  }
});

Deno.test("mergeServerConfig() changes nothing where the server sends what is in force, in whatever form, or less", () => {
  const current = parse(SERVER_FILE);
  const same = [undefined, null, {}, { mk_checkin_interval: "60" }, {
    mk_fact_excl_pattern: PATTERN,
    mk_checkin_skew: 5,
  }, { mk_checkin_skew: null }];
  for (const received of same) {
    assertEquals(mergeServerConfig(current, received), {
      config: current,
      changed: [],
      ignored: [],
      warnings: [],
    });
  }
});

Deno.test("mergeServerConfig() takes nothing else from a server, and names it", () => {
  const current = parse(SERVER_FILE);
  const received = JSON.parse(
    '{"mk_uri":"http://evil","mk_token_file":"/etc/shadow","__proto__":{"mk_uri":"http://evil"},"mk_checkin_skew":9}',
  );
  const merged = mergeServerConfig(current, received);
  assertEquals(merged.ignored, ["mk_uri", "mk_token_file", "__proto__"]);
  assertEquals([merged.config.mk_uri, merged.config.mk_token_file, merged.config.mk_checkin_skew], [
    current.mk_uri,
    undefined,
    9,
  ]);
});

Deno.test("mergeServerConfig() takes the good settings, and keeps the last good ones for the rest", () => {
  const current = parse(SERVER_FILE);
  const bad: [received: unknown, warning: string][] = [
    [
      { mk_checkin_interval: -1 },
      "mk_checkin_interval: found -1, expected a whole number of seconds from 0 to 86400; the last good one stays in force",
    ],
    [
      { mk_checkin_skew: true },
      "mk_checkin_skew: found true, expected a whole number of seconds from 0 to 86400; the last good one stays in force",
    ],
    [
      { mk_fact_excl_pattern: "\\K" },
      'mk_fact_excl_pattern: found "\\\\K", expected a regular expression of the subset that Ruby and JavaScript read alike: \\K is outside that subset, at character 1; the last good one stays in force',
    ],
    ["text", 'found "text", expected a map; the last good one stays in force'],
    [[1], "found a list, expected a map; the last good one stays in force"],
  ];
  for (const [received, warning] of bad) {
    const merged = mergeServerConfig(current, received);
    const expected = `the server's client_config: ${warning}`;
    assertEquals([merged.config, merged.changed, merged.warnings], [current, [], [expected]]);
  }
  const { config, changed } = mergeServerConfig(current, { mk_checkin_interval: -1, mk_checkin_skew: 9 });
  assertEquals([config.mk_checkin_interval, config.mk_checkin_skew, changed as string[]], [60, 9, ["mk_checkin_skew"]]);
});

Deno.test("mergeServerConfig() takes an interval of 5 s to an hour, and a skew of at most that", () => {
  const current = parse(SERVER_FILE);
  const cases: [received: Record<string, unknown>, interval: number, skew: number][] = [
    [{ mk_checkin_interval: 1 }, 5, 5],
    [{ mk_checkin_interval: 0 }, 5, 5],
    [{ mk_checkin_interval: 86_400 }, 3600, 5],
    [{ mk_checkin_skew: 86_400 }, 60, 60],
    [{ mk_checkin_interval: 3600, mk_checkin_skew: 3600 }, 3600, 3600],
  ];
  for (const [received, interval, skew] of cases) {
    const { config } = mergeServerConfig(current, received);
    assertEquals([config.mk_checkin_interval, config.mk_checkin_skew], [interval, skew], JSON.stringify(received));
  }
  assertEquals(mergeServerConfig(current, { mk_checkin_interval: 1 }).warnings, [
    "the server's client_config: mk_checkin_interval: found 1, expected from 5 to 3600 s; 5 is used",
  ]);
});

Deno.test("mergeServerConfig() warns of a skew beyond the interval, and not again of the file's own values", () => {
  const current = parse(SERVER_FILE.replace("Logger::ERROR", "TRACE"));
  assertEquals(current.warnings.length, 1);
  assertEquals(mergeServerConfig(current, { mk_checkin_skew: 86_400 }).warnings, [
    "the server's client_config: mk_checkin_skew: found 86400, expected no more than mk_checkin_interval; 60 is used",
  ]);
});

Deno.test("mergeServerConfig() takes INFO for a log level that does not exist, as the old agent does", () => {
  for (const level of ["Logger::TRACE", "UNKNOWN", "error", "", 5]) {
    const { config, warnings } = mergeServerConfig(parse(SERVER_FILE), { mk_log_level: level });
    assertEquals([config.mk_log_level, warnings.length], ["INFO", 1]);
  }
});
