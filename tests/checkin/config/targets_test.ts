import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type Config, ConfigError, effectiveConfig, factsTargets } from "../../../checkin/config/mod.ts";
import { parse, SERVER_FILE } from "./config_support.ts";

const TARGETS = `mk_facts_targets:
  - uri: https://glpi.example/front/inventory.php
    format: glpi
    token_file: /etc/token
    ca_file: /etc/ca.pem
  - uri: ["http://[fd00::1]:6385", "http://10.0.0.1:6385"]
    format: ironic
  - uri: http://inventory.example/facts
`;

Deno.test("parseConfig() reads a list of targets beside a server, and mk_facts_uri as the first of them", () => {
  const config = parse(`${SERVER_FILE}mk_facts_uri: http://first/\nmk_facts_format: cyclonedx\n${TARGETS}`);
  assertEquals(config.warnings, []);
  assertEquals(factsTargets(config), [
    { name: "mk_facts_uri", uris: ["http://first/"], format: "cyclonedx" },
    {
      name: "mk_facts_targets[0]",
      uris: ["https://glpi.example/front/inventory.php"],
      format: "glpi",
      mk_token_file: "/etc/token",
      mk_ca_file: "/etc/ca.pem",
    },
    { name: "mk_facts_targets[1]", uris: ["http://[fd00::1]:6385/", "http://10.0.0.1:6385/"], format: "ironic" },
    { name: "mk_facts_targets[2]", uris: ["http://inventory.example/facts"], format: "facts" },
  ]);
  // What is printed is what can be read.
  assertEquals(effectiveConfig(config).mk_facts_targets?.[0], {
    uri: "https://glpi.example/front/inventory.php",
    format: "glpi",
    token_file: "/etc/token",
    ca_file: "/etc/ca.pem",
  });
});

Deno.test("parseConfig() needs no server where facts go elsewhere", () => {
  const config = parse("mk_facts_uri: http://inventory.example/\n");
  assertEquals([config.mk_uri, config.mk_checkin_interval, config.mk_log_level], [undefined, 60, "INFO"]);
  assertEquals(config.warnings, []);
  assertEquals(parse(TARGETS).warnings, []);
  assertMatch(complaint("mk_checkin_interval: 60\n"), /mk_uri: found nothing/);
  // A server that is half there is no destination alone.
  assertMatch(complaint(`mk_uri: http://h\n${TARGETS}`), /mk_register_path: found nothing/);
});

Deno.test("parseConfig() leaves out a target that cannot be used, and says why", () => {
  const bad: [entry: string, why: RegExp][] = [
    ["uri: nonsense", /mk_facts_targets\[0\]: uri: found "nonsense", expected an http/],
    ["uri: http://h\n    format: xml", /format: found "xml", expected one of facts, ironic, glpi, cyclonedx/],
    ["uri: http://h\n    token_file: /t", /token_file: a token is sent over https only/],
    ["uri: https://h\n    client_key_file: /k", /found one of client_cert_file and client_key_file/],
    ["uri: https://h\n    tokenfile: /k", /tokenfile means nothing here/],
    ["format: glpi", /uri: found nothing, expected an http/],
    ["uri: []", /uri: expected an http/],
  ];
  for (const [entry, why] of bad) {
    const text = `mk_facts_targets:\n  - ${entry}\n`;
    const { warnings, mk_facts_targets } = parse(`${SERVER_FILE}${text}`);
    assertEquals([warnings.length, mk_facts_targets], [1, undefined], entry);
    assertMatch(warnings[0]!, why);
    // Alone, it is no configuration at all; a server is not missed.
    assertMatch(complaint(text), why);
    assert(!complaint(text).includes("mk_uri"));
  }
  assertMatch(parse(`${SERVER_FILE}mk_facts_targets: http://h\n`).warnings[0]!, /expected a list of maps/);
});

Deno.test("parseConfig() sends nothing in a format that was not asked for", () => {
  const { warnings, mk_facts_uri } = parse(`${SERVER_FILE}mk_facts_uri: http://h/\nmk_facts_format: xml\n`);
  assertEquals(mk_facts_uri, undefined);
  assertMatch(warnings.join(), /mk_facts_format: found "xml", expected one of facts, ironic, glpi, cyclonedx/);
  assertMatch(complaint("mk_facts_uri: http://h/\nmk_facts_format: xml\n"), /^[^;]*mk_facts_format: found "xml"[^;]*$/);
});

function complaint(text: string): string {
  return assertThrows((): Config => parse(text), ConfigError).message;
}
