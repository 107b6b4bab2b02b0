import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type Config,
  ConfigError,
  configForServer,
  effectiveConfig,
  parseConfig,
  requestTimeoutMs,
} from "../../../checkin/config/mod.ts";
import { CONFIG_KEYS } from "../../../checkin/config/keys.ts";
import { address } from "../../../checkin/config/values.ts";
import { fileWith, parse, PATTERN, SERVER_FILE } from "./config_support.ts";

/** What the error says of a file that cannot be used. */
function complaint(text: string): string {
  return assertThrows(() => parse(text), ConfigError).message;
}

Deno.test("parseConfig() reads the file of a Hanlon server", () => {
  const { values: _, mk_fact_excl_pattern, ...config } = parse(SERVER_FILE);
  assertEquals<Partial<Config>>(config, {
    where: "mk_conf.yaml",
    mk_register_path: "/hanlon/api/v1/node/register",
    mk_uri: "http://192.0.2.1:8026",
    mk_checkin_interval: 60,
    mk_checkin_path: "/hanlon/api/v1/node/checkin",
    mk_checkin_skew: 5,
    mk_log_level: "ERROR",
    mk_request_timeout: 10,
    mk_collect_interval: 600,
    unknownKeys: [],
    warnings: [],
  });
  assertEquals(mk_fact_excl_pattern?.source, PATTERN);
  assertEquals(["id", "system_uptime", "hostname"].map((name) => mk_fact_excl_pattern?.pattern.test(name)), [
    true,
    true,
    false,
  ]);
});

Deno.test("parseConfig() reads values in every form that means the same", () => {
  const forms: [key: keyof Config, value: string, read: unknown][] = [
    ["mk_checkin_interval", '"30"', 30],
    ["mk_checkin_interval", "' 30 '", 30],
    ["mk_checkin_skew", "0", 0],
    ["mk_log_level", "DEBUG", "DEBUG"],
    ["mk_log_level", "Logger::FATAL", "FATAL"],
    ["mk_uri", "http://hanlon.example:8026/", "http://hanlon.example:8026"],
    ["mk_uri", "https://Hanlon.example/prefix//", "https://hanlon.example/prefix"],
    ["mk_uri", "http://[2001:db8::1]:8026", "http://[2001:db8::1]:8026"],
    ["mk_facts_uri", "https://inventory.example/facts?site=a", "https://inventory.example/facts?site=a"],
    ["mk_collect_interval", "1800", 1800],
    ["mk_request_timeout", "5", 5],
  ];
  for (const [key, value, read] of forms) assertEquals(parse(fileWith(key, value))[key], read, `${key}: ${value}`);
  assertEquals(parse(`---\n${SERVER_FILE.replaceAll("\n", "\r\n")}`).mk_checkin_path, "/hanlon/api/v1/node/checkin");
});

Deno.test("parseConfig() excludes nothing where there is no pattern", () => {
  for (const value of [undefined, ""]) {
    assertEquals(Object.hasOwn(parse(fileWith("mk_fact_excl_pattern", value)), "mk_fact_excl_pattern"), false);
  }
});

Deno.test("parseConfig() names the keys that mean nothing, and those of other names alone", () => {
  const { unknownKeys } = parse(`${SERVER_FILE}mk_gem_mirror: http://x\n__proto__: x\nconstructor: [1]\n`);
  assertEquals(unknownKeys, ["mk_gem_mirror", "__proto__", "constructor"]);
});

Deno.test("parseConfig() names every key without which there is no conversation, what was found and what was expected", () => {
  const complaints: [key: string, value: string | undefined, message: string][] = [
    ["mk_checkin_path", "hanlon/api", 'found "hanlon/api", expected a path that begins with / and has no query'],
    ["mk_register_path", "/a?b=c", 'found "/a?b=c", expected a path that begins with / and has no query'],
    ["mk_ca_file", "ca.pem", 'found "ca.pem", expected the path of a file, beginning with /'],
    ["mk_uri", undefined, "found nothing, expected an http:// or https:// address without user, query and fragment"],
  ];
  for (const [key, value, message] of complaints) {
    assertEquals(complaint(fileWith(key, value)), `mk_conf.yaml: ${key}: ${message}`);
  }
  const two = fileWith("mk_checkin_path", "x").replace(/mk_uri.*\n/, "");
  const { problems } = assertThrows(() => parse(two), ConfigError);
  assertEquals(problems.map((problem) => problem.split(": found")[0]), [
    "mk_conf.yaml: mk_uri",
    "mk_conf.yaml: mk_checkin_path",
  ]);
});

Deno.test("parseConfig() replaces a bad value of a key that only tunes, and says so", () => {
  const cases: [key: string, value: string | undefined, warning: string, used: unknown][] = [
    ["mk_checkin_interval", "-60", 'found "-60", expected a whole number of seconds from 1 to 86400; 60 is used', 60],
    ["mk_checkin_interval", "0", 'found "0", expected a whole number of seconds from 1 to 86400; 60 is used', 60],
    ["mk_checkin_interval", "60.5", 'found "60.5", expected a whole number of seconds from 1 to 86400; 60 is used', 60],
    ["mk_checkin_interval", "1e2", 'found "1e2", expected a whole number of seconds from 1 to 86400; 60 is used', 60],
    ["mk_checkin_interval", "[60]", "found a list, expected a whole number of seconds from 1 to 86400; 60 is used", 60],
    ["mk_checkin_interval", "", "found nothing, expected a whole number of seconds from 1 to 86400; 60 is used", 60],
    ["mk_checkin_skew", undefined, "found nothing, expected a whole number of seconds from 0 to 86400; 5 is used", 5],
    ["mk_checkin_skew", "61", "found 61, expected no more than mk_checkin_interval; 60 is used", 60],
    ["mk_request_timeout", "0", 'found "0", expected a whole number of seconds from 1 to 300; 10 is used', 10],
    ["mk_request_timeout", "1", "found 1, expected at least 5; 5 is used", 5],
    ["mk_collect_interval", "x", 'found "x", expected a whole number of seconds from 1 to 86400; 600 is used', 600],
    [
      "mk_fact_excl_pattern",
      "(\\w{1000}){1000}",
      'found "(\\\\w{1000}){1000}", expected a regular expression of the subset that Ruby and JavaScript read alike: it is too large; it is ignored',
      undefined,
    ],
    [
      "mk_facts_uri",
      "inventory",
      'found "inventory", expected an http:// or https:// address without user and fragment; it is ignored',
      undefined,
    ],
  ];
  for (const [key, value, warning, used] of cases) {
    const config = parse(fileWith(key, value));
    assertEquals(config.warnings, [`mk_conf.yaml: ${key}: ${warning}`]);
    assertEquals(config[key as keyof Config], used);
  }
  for (const level of ["Logger::TRACE", "UNKNOWN", "error", "", undefined]) {
    const { mk_log_level, warnings } = parse(fileWith("mk_log_level", level));
    assertEquals([mk_log_level, warnings.length], ["INFO", 1], level);
  }
});

Deno.test("parseConfig() keeps what is in force for a value that turns bad", () => {
  const last = parse(fileWith("mk_checkin_interval", "30"));
  const now = parseConfig(
    fileWith("mk_checkin_interval", "x").replace(/mk_fact.*/, "mk_fact_excl_pattern: (").replace("skew: 5", "skew: 7"),
    "mk_conf.yaml",
    last,
  );
  const { mk_checkin_interval, mk_checkin_skew, mk_fact_excl_pattern, warnings } = now;
  assertEquals([mk_checkin_interval, mk_checkin_skew, mk_fact_excl_pattern?.source], [30, 7, PATTERN]);
  assertEquals(warnings.map((warning) => warning.split("; ").at(-1)), ["30 is used", "the last good one is used"]);
});

Deno.test("parseConfig() refuses an address with a port to which fetch sends nothing", async () => {
  assertMatch(complaint(fileWith("mk_uri", "http://x:6000")), /: no request is sent to port 6000 \(Fetch\)$/);
  // The list is the standard's: fetch itself answers for it, without a connection.
  for (let port = 1; port < 65_536; port++) {
    const url = `http://127.0.0.1:${port}/`;
    try {
      assert(address.read(url));
    } catch {
      const error = await fetch(url).catch((error) => `${error}`);
      assertEquals(error, `TypeError: Fetch failed: Requests to port ${port} are blocked`);
    }
  }
});

Deno.test("parseConfig() takes no address that could mean something else, and shows no password", () => {
  const addresses = [
    "192.0.2.1:8026",
    "ftp://x",
    "http:192.0.2.1",
    "http:\\\\x",
    "http://",
    "http://x/?a=b",
    "http://x/#a",
    "http://a b/",
    "http://ü/",
  ];
  for (const address of addresses) {
    const found = JSON.stringify(address);
    assertEquals(
      complaint(fileWith("mk_uri", JSON.stringify(address))),
      `mk_conf.yaml: mk_uri: found ${found}, expected an http:// or https:// address without user, query and fragment`,
    );
  }
  assertMatch(complaint(fileWith("mk_uri", "http://user:secret@x")), /^mk_conf\.yaml: mk_uri: found "http:\/\/…@x", /);
});

Deno.test("parseConfig() says what is wrong with a file that holds no keys", () => {
  assertEquals(complaint(""), 'mk_conf.yaml: found nothing, expected lines of the form "mk_uri: http://…"');
  assertEquals(complaint("mk_uri"), 'mk_conf.yaml: found "mk_uri", expected lines of the form "mk_uri: http://…"');
  assertEquals(complaint("- mk_uri"), 'mk_conf.yaml: found a list, expected lines of the form "mk_uri: http://…"');
  for (const text of ["a: [1", "\0\xff", "a: 1\na: 2", "a: *b", "[".repeat(100_000), "a: 1\n---\nb: 2"]) {
    assertMatch(complaint(text), /^mk_conf\.yaml: is not YAML: .+$/);
  }
});

Deno.test("parseConfig() sends no token in clear, and takes no certificate for nothing", () => {
  const https = SERVER_FILE.replace("http:", "https:");
  const token = "mk_token_file: /etc/token\n", pair = "mk_client_cert_file: /c\nmk_client_key_file: /k\n";
  const complaints: [text: string, message: string][] = [
    [SERVER_FILE + token, "mk_token_file: a token is sent over https only, found http://192.0.2.1:8026"],
    [`${https}${token}mk_facts_uri: http://x/\n`, "mk_token_file: a token is sent over https only, found http://x/"],
    [
      `${https}mk_client_cert_file: /c\n`,
      "found one of mk_client_cert_file and mk_client_key_file, expected both or none",
    ],
    [`${SERVER_FILE}mk_ca_file: /ca\n`, "found the certificates /ca, but no https:// address to use them for"],
    [SERVER_FILE + pair, "found the certificates /c, but no https:// address to use them for"],
  ];
  for (const [text, message] of complaints) assertEquals(complaint(text), `mk_conf.yaml: ${message}`);
  const config = parse(`${https}${token}${pair}mk_ca_file: /ca\n`);
  assertEquals([config.mk_token_file, config.mk_client_key_file, config.mk_ca_file], ["/etc/token", "/k", "/ca"]);
  assertEquals(parse(`${SERVER_FILE}${pair}mk_facts_uri: https://x/\n`).mk_client_cert_file, "/c");
});

Deno.test("parseConfig() makes a configuration or a ConfigError of every text", () => {
  const line = fc.constantFrom(
    ...SERVER_FILE.split("\n"),
    "mk_token_file: /x",
    "a: &b [*b]",
    "? ",
    "- ",
    "{",
    "\t",
    "mk_uri: !!binary x",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(fc.oneof({ weight: 5, arbitrary: line }, fc.string({ maxLength: 20 })), { maxLength: 12 }).map((lines) =>
      lines.join("\n")
    ),
  );
  fc.assert(
    fc.property(text, (text) => {
      try {
        const { mk_uri, mk_facts_uri, mk_facts_targets } = parse(text);
        const uri = mk_uri ?? mk_facts_uri ?? mk_facts_targets![0]!.uris[0]!;
        assert(uri.startsWith("http"));
      } catch (error) {
        assert(error instanceof ConfigError, `${error}`);
        assert(!error.message.includes("\n") && error.message.startsWith("mk_conf.yaml: "), error.message);
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("configForServer() makes a configuration of an address", () => {
  assertEquals(effectiveConfig(configForServer("http://192.0.2.1:8026/")), {
    mk_register_path: "/hanlon/api/v1/node/register",
    mk_uri: "http://192.0.2.1:8026",
    mk_checkin_interval: 60,
    mk_checkin_path: "/hanlon/api/v1/node/checkin",
    mk_checkin_skew: 5,
    mk_log_level: "Logger::ERROR",
    mk_request_timeout: 10,
    mk_collect_interval: 600,
  });
  const { message } = assertThrows(() => configForServer("192.0.2.1"), ConfigError);
  assertMatch(message, /^--server: mk_uri: found "192\.0\.2\.1", expected /);
});

Deno.test("requestTimeoutMs() is at most half the interval, and at least 5 s", () => {
  assertEquals(requestTimeoutMs(parse(SERVER_FILE)), 10_000);
  assertEquals(requestTimeoutMs(parse(fileWith("mk_checkin_interval", "14"))), 7_000);
  assertEquals(requestTimeoutMs(parse(fileWith("mk_checkin_interval", "1"))), 5_000);
});

Deno.test("docs/operations.md lists the keys of a configuration", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/operations.md", import.meta.url));
  const table = page.split(/\| key +\| default +\| what +\|\n\|[- |]+\|\n/)[1]!.split("\n\n")[0]!.split("\n");
  const listed = table.flatMap((row) => [...row.split(" | ")[0]!.matchAll(/`(mk_\w+)`/g)].map(([_, key]) => key!));
  assertEquals(listed.sort(), [...CONFIG_KEYS].sort());
});
