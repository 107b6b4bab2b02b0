import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { kernelSettings } from "../../../checkin/config/kernel_line.ts";
import { effectiveConfig, factsTargets, hanlonAddress, loadConfig, originOf } from "../../../checkin/config/mod.ts";
import { withFolder } from "../../collectors/host/support.ts";
import { SERVER_FILE } from "./config_support.ts";

function values(line: string): Record<string, unknown> | undefined {
  const settings = kernelSettings(line);
  return settings && Object.fromEntries(settings.values);
}

Deno.test("kernelSettings() reads our own words, and leaves labels to the facts", () => {
  const line = 'BOOT_IMAGE=/vmlinuz hnl_mk.facts_uri="https://inventory.example/a b" quiet ' +
    "hnl_mk.facts_format=glpi hnl_mk.interval=30 hnl_mk.label.rack=r07 hnl_mk.intervall=5\0\n";
  assertEquals(values(line), {
    mk_facts_uri: "https://inventory.example/a b",
    mk_facts_format: "glpi",
    mk_checkin_interval: "30",
    "hnl_mk.intervall": "5",
  });
  assertEquals(values("hnl_mk.facts_uri=http://a hnl_mk.facts_uri=http://b?x=1=2")?.["mk_facts_uri"], "http://b?x=1=2");
});

Deno.test("kernelSettings() takes the address that Ironic gives to what it boots", () => {
  const target = (uri: string[]) => ({ mk_facts_targets: [{ uri, format: "ironic" }] });
  const callback = "ipa-inspection-callback-url=http://10.0.0.1:6385/v1/continue_inspection";
  assertEquals(values(`ipa-api-url=http://10.0.0.2:6385 ${callback}`), target([callback.split("=")[1]!]));
  assertEquals(
    values("ipa-api-url=http://[fd00::1]:6385,http://10.0.0.2:6385"),
    target([
      "http://[fd00::1]:6385",
      "http://10.0.0.2:6385",
    ]),
  );
  assertEquals(values(`${callback} hnl_mk.facts_uri=http://inventory`), { mk_facts_uri: "http://inventory" });
});

Deno.test("kernelSettings() finds nothing where nothing says where facts go", () => {
  for (const line of ["", "quiet", "hnl_mk.interval=30", "ipa-api-url=", "hnl_mk.label.rack=r07", "ipa-api-urls=x"]) {
    assertEquals(kernelSettings(line), undefined, line);
  }
});

Deno.test("loadConfig() takes the kernel command line where there is no file, and says where each value comes from", () =>
  withFolder(async (folder) => {
    const file = join(folder, "mk_conf.yaml");
    const line = "ipa-api-url=http://10.0.0.2:6385 hnl_mk.interval=30";
    const loaded = loadConfig(file, undefined, line);
    const config = "config" in loaded ? loaded.config : undefined;
    assertEquals(hanlonAddress(config!), undefined);
    assertEquals(factsTargets(config!), [
      { name: "mk_facts_targets[0]", uris: ["http://10.0.0.2:6385/"], format: "ironic" },
    ]);
    assertEquals(config!.mk_checkin_interval, 30);
    assertEquals(config!.warnings, []);
    assertEquals(originOf(config!, "mk_facts_targets"), "kernel command line: ipa-api-url");
    assertEquals(originOf(config!, "mk_checkin_interval"), "kernel command line: hnl_mk.interval");
    assertEquals(originOf(config!, "mk_collect_interval"), "default");

    await Deno.writeTextFile(file, SERVER_FILE);
    const fromFile = loadConfig(file, undefined, line);
    assertEquals("config" in fromFile && effectiveConfig(fromFile.config).mk_uri, "http://192.0.2.1:8026");
    assertEquals("config" in fromFile && originOf(fromFile.config, "mk_uri"), file);
  }));

Deno.test("loadConfig() says once what is wrong with the destination, and not that it is ignored", () => {
  const loaded = loadConfig(
    "/nonexistent",
    undefined,
    "hnl_mk.facts_uri=http://a hnl_mk.facts_format=xml hnl_mk.interval=x",
  );
  const error = "problem" in loaded && loaded.problem.kind === "invalid" ? loaded.problem.error : undefined;
  assertEquals(error?.problems.length, 1);
  assertEquals(error?.partial.warnings?.map((warning) => warning.split(":")[1]), [" hnl_mk.interval"]);
});

/** What is said of a configuration that cannot be used. */
function problems(line: string, file = "/nonexistent/mk_conf.yaml"): readonly string[] {
  const loaded = loadConfig(file, undefined, line);
  return "problem" in loaded && loaded.problem.kind === "invalid" ? loaded.problem.error?.problems ?? [] : [];
}

Deno.test("loadConfig() names the word of the kernel command line that cannot be used, and nothing else", () => {
  const uri = "an http:// or https:// address without user and fragment";
  assertEquals(problems("hnl_mk.facts_uri=https://a/ hnl_mk.facts_format=irnoic"), [
    'kernel command line: hnl_mk.facts_format: found "irnoic", expected one of facts, ironic, glpi, cyclonedx',
  ]);
  assertEquals(problems("hnl_mk.facts_uri=ftp://a/"), [
    `kernel command line: hnl_mk.facts_uri: found "ftp://a/", expected ${uri}`,
  ]);
  assertEquals(problems("hnl_mk.facts_uri="), [
    `kernel command line: hnl_mk.facts_uri: found "", expected ${uri}`,
  ]);
  assertEquals(problems("hnl_mk.facts_uri=https://root:hunter2@a/"), [
    `kernel command line: hnl_mk.facts_uri: found "https://…@a/", expected ${uri}`,
  ]);
  assertEquals(problems("ipa-api-url=mdns"), [
    `kernel command line: ipa-api-url: uri: found "mdns", expected ${uri}`,
  ]);
  assertEquals(problems('hnl_mk.facts_uri="http://a/\nmk_uri: http://evil/"').length, 1);
});

Deno.test("loadConfig() takes the next word of Ironic's where the first is mdns, and defaults for a bad interval", () => {
  const loaded = loadConfig(
    "/nonexistent",
    undefined,
    "ipa-inspection-callback-url=mdns ipa-api-url=http://a:6385 " +
      "hnl_mk.interval=soon",
  );
  const config = "config" in loaded ? loaded.config : undefined;
  assertEquals(factsTargets(config!).map(({ uris }) => uris), [["http://a:6385/"]]);
  assertEquals([config!.mk_checkin_interval, config!.warnings], [60, [
    'kernel command line: hnl_mk.interval: found "soon", expected a whole number of seconds from 1 to 86400; 60 is used',
  ]]);
});

Deno.test("loadConfig() takes the addresses of Ironic's that can be used, and warns of the others", () => {
  const loaded = loadConfig("/nonexistent", undefined, "ipa-api-url=mdns,http://a:6385,ftp://b");
  const config = "config" in loaded ? loaded.config : undefined;
  assertEquals(factsTargets(config!).map(({ uris }) => uris), [["http://a:6385/"]]);
  const expected = "expected an http:// or https:// address without user and fragment; it is ignored";
  assertEquals(config!.warnings, [
    `kernel command line: ipa-api-url: uri: found "mdns", ${expected}`,
    `kernel command line: ipa-api-url: uri: found "ftp://b", ${expected}`,
  ]);
});

Deno.test("loadConfig() takes the destination off the kernel command line where a file names none", () =>
  withFolder(async (folder) => {
    const file = join(folder, "mk_conf.yaml");
    await Deno.writeTextFile(file, "mk_labels: { rack: R1 }\nmk_checkin_interval: 300\n");
    const line = "ipa-api-url=http://10.0.0.2:6385 hnl_mk.interval=30";
    const loaded = loadConfig(file, undefined, line);
    const config = "config" in loaded ? loaded.config : undefined;
    assertEquals(factsTargets(config!).map(({ uris }) => uris), [["http://10.0.0.2:6385/"]]);
    // What the file says counts.
    assertEquals([config!.mk_checkin_interval, config!.mk_labels], [300, { rack: "R1" }]);
    assertEquals(originOf(config!, "mk_facts_targets"), "kernel command line: ipa-api-url");
    assertEquals(originOf(config!, "mk_checkin_interval"), file);

    await Deno.writeTextFile(file, "mk_facts_uri: http://inventory/\n");
    const named = loadConfig(file, undefined, line);
    assertEquals("config" in named && factsTargets(named.config).map(({ uris }) => uris), [["http://inventory/"]]);
    await Deno.writeTextFile(file, "mk_labels: { rack: R1 }\n");
    assertEquals(problems("quiet", file).some((problem) => problem.includes("mk_uri: found nothing")), true);
  }));
