/** Specs and changes in the daemon: what a server is told, and what is kept. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { changesText } from "../../checkin/cli/modes/status.ts";
import { readChanges, rememberChanges } from "../../checkin/state/changes.ts";
import { partsOf, startAgent } from "./agent.ts";

const MINUTE = 60_000;
const SPEC = "name: rack-7\nexpect: { bmc: { channels: [ { ip: in 10.20.0.0/16 } ] } }\n";
const IS_OK = { key: "mk_spec_ok", compare: "equal", value: "true" } as const;

async function startWithSpec(text: string, config: Record<string, string | number> = {}) {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  await Deno.mkdir(join(folder, "specs"), { mode: 0o755 });
  await Deno.writeTextFile(join(folder, "specs", "rack.yaml"), text, { mode: 0o644 });
  const agent = await startAgent({
    folder,
    config: { mk_collect_interval: 60, ...config },
    hanlon: { tagRules: [{ tag: "as_ordered", matchers: [IS_OK] }] },
    // From the third collection on, somebody has given the BMC another address.
    collect: (n) => partsOf({ bmcIp: n < 3 ? "10.20.30.40" : "10.99.0.1", port: "Ethernet1/17" }),
  });
  return {
    ...agent,
    async [Symbol.asyncDispose]() {
      await agent[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("runDaemon() registers whether the machine is what its spec says, and a server's tag follows it", async () => {
  await using agent = await startWithSpec(SPEC);
  const tags = () => agent.hanlon.tags(agent.hanlon.nodes[0]!);
  await agent.clock.advance(MINUTE);
  const { mk_spec, mk_spec_ok, mk_spec_deviations, mk_spec_deviation0 } = agent.attributes();
  assertEquals([mk_spec, mk_spec_ok, mk_spec_deviations, mk_spec_deviation0], ["rack-7", "true", 0, undefined]);
  assertEquals(tags().includes("as_ordered"), true);

  await agent.clock.advance(5 * MINUTE);
  const now = agent.attributes();
  assertEquals([now.mk_spec_ok, now.mk_spec_deviations], ["false", 1]);
  assertEquals(now.mk_spec_deviation0, "bmc.channels[1].ip: expected in 10.20.0.0/16, found 10.99.0.1");
  assertEquals(tags().includes("as_ordered"), false);
});

Deno.test("runDaemon() keeps the last changes for --status", async () => {
  await using agent = await startWithSpec(SPEC);
  await agent.clock.advance(5 * MINUTE);
  const { value: kept } = readChanges(agent.folder);
  assertEquals(kept?.map(({ kind, path, text }) => [kind, path, text]), [
    ["changed", "bmc.channels[1].ip", "bmc channel 1: ip: 10.20.30.40 -> 10.99.0.1"],
  ]);
  assertMatch(
    changesText(kept!),
    /^changes of the machine\n {2}\S+Z bmc channel 1: ip: 10\.20\.30\.40 -> 10\.99\.0\.1\n$/,
  );
  assertEquals(changesText([]), "");

  // A hundred are kept, and ten of them shown.
  const many = Array.from(
    { length: 150 },
    (_, i) => ({ kind: "went", path: `disks[${i}]`, text: `disk ${i} gone` } as const),
  );
  assertEquals(rememberChanges(agent.folder, "2026-01-01T00:00:00Z", many), undefined);
  const { value: all } = readChanges(agent.folder);
  assertEquals([all?.length, all?.at(0)?.text, all?.at(-1)?.text], [100, "disk 50 gone", "disk 149 gone"]);
  const lines = changesText(all!).split("\n");
  assertEquals([lines.length, lines[1]], [13, "  and 90 before these (--format json)"]);
});

Deno.test("runDaemon() sends what changed since the last delivery with the facts", async () => {
  const delivered: { changes?: unknown[] }[] = [];
  await using agent = await startAgent({
    config: { mk_collect_interval: 60, mk_facts_uri: "http://facts.test/facts" },
    collect: (n) => partsOf({ bmcIp: n < 3 ? "10.20.30.40" : "10.99.0.1" }),
    intercept: async (request) => {
      if (!request.url.startsWith("http://facts.test")) return undefined;
      delivered.push(await request.json());
      return new Response(null, { status: 204 });
    },
  });
  await agent.clock.advance(5 * MINUTE);
  assertEquals(delivered.map(({ changes }) => changes), [undefined, [{
    kind: "changed",
    path: "bmc.channels[1].ip",
    text: "bmc channel 1: ip: 10.20.30.40 -> 10.99.0.1",
  }]]);
});

Deno.test("runDaemon() compares with no spec where one has a mistake, and says so once", async () => {
  await using agent = await startWithSpec("name: rack-7\nexpect: { bcm: any }\n");
  await agent.clock.advance(5 * MINUTE);
  assertEquals(agent.attributes().mk_spec, undefined);
  const lines = agent.lines.filter((line) => line.includes("compared with no spec"));
  assertEquals(lines.length, 1);
  assertMatch(lines[0]!, /ERROR .*rack\.yaml:2: expect\.bcm: found "bcm", expected one of/);
});

Deno.test("runDaemon() does not list a folder of specs that others may write to", async () => {
  await using agent = await startWithSpec(SPEC);
  await Deno.chmod(join(agent.folder, "specs"), 0o777);
  // More than are read of a folder: to see that there are so many, it would have to be listed.
  for (let i = 0; i < 1_001; i++) await Deno.writeTextFile(join(agent.folder, `specs/${i}.yaml`), "");
  await agent.clock.advance(MINUTE);
  assertEquals(agent.attributes().mk_spec, undefined);
  const [line] = agent.lines.filter((line) => line.includes("compared with no spec"));
  assertMatch(line!, /specs: refused: it is writable by others \(mode 0777\)/);
});

Deno.test("runDaemon() takes specs from mk_spec_path", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  try {
    const file = join(folder, "other.yaml");
    await Deno.writeTextFile(file, "name: other\nexpect: { tpm: any }\n", { mode: 0o644 });
    await using agent = await startWithSpec(SPEC, { mk_spec_path: file });
    await agent.clock.advance(MINUTE);
    assertEquals(agent.attributes().mk_spec, "other");
    assertStringIncludes(String(agent.attributes().mk_spec_deviation0), "tpm: expected any, found");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
