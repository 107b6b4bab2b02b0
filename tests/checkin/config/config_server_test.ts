import { assert, assertEquals } from "@std/assert";
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
    assert("config" in merged);
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
    assertEquals(mergeServerConfig(current, received), { config: current, changed: [], ignored: [] });
  }
});

Deno.test("mergeServerConfig() takes nothing else from a server, and names it", () => {
  const current = parse(SERVER_FILE);
  const received = JSON.parse(
    '{"mk_uri":"http://evil","mk_token_file":"/etc/shadow","__proto__":{"mk_uri":"http://evil"},"mk_checkin_skew":9}',
  );
  const merged = mergeServerConfig(current, received);
  assert("config" in merged);
  assertEquals(merged.ignored, ["mk_uri", "mk_token_file", "__proto__"]);
  assertEquals([merged.config.mk_uri, merged.config.mk_token_file, merged.config.mk_checkin_skew], [
    current.mk_uri,
    undefined,
    9,
  ]);
});

Deno.test("mergeServerConfig() refuses the whole for one bad setting", () => {
  const current = parse(SERVER_FILE);
  const refusals: [received: unknown, reason: string][] = [
    [
      { mk_checkin_interval: -1, mk_checkin_skew: 9 },
      "mk_checkin_interval: found -1, expected a whole number of seconds from 1 to 86400",
    ],
    [
      { mk_checkin_interval: true },
      "mk_checkin_interval: found true, expected a whole number of seconds from 1 to 86400",
    ],
    [
      { mk_log_level: 5 },
      "mk_log_level: found 5, expected one of Logger::DEBUG, Logger::INFO, Logger::WARN, Logger::ERROR, Logger::FATAL",
    ],
    [
      { mk_fact_excl_pattern: "\\K" },
      'mk_fact_excl_pattern: found "\\\\K", expected a regular expression of the subset that Ruby and JavaScript read alike: \\K is outside that subset, at character 1',
    ],
    ["text", 'found "text", expected a map'],
    [[1], "found a list, expected a map"],
  ];
  for (const [received, reason] of refusals) {
    const merged = mergeServerConfig(current, received);
    assert("refused" in merged, JSON.stringify(received));
    assertEquals(merged.refused, `the server's client_config: ${reason}`);
  }
});
