import { assert, assertEquals } from "@std/assert";
import type { Facts } from "../../../collectors/facts/mod.ts";
import { machineUuid } from "../../../collectors/facts/uuid.ts";
import { told } from "../../../collectors/placeholders.ts";
import { run } from "../command.ts";
import { dump } from "../machines/dump.ts";
import { imageHere, watchNode } from "../watch.ts";

const path = Deno.env.get("HNL_MK_DMI_DUMP");
if (!path) console.error("skipped: HNL_MK_DMI_DUMP names no file of dmidecode --dump-bin");
const image = path ? await imageHere() : undefined;

Deno.test({ name: "a machine with the firmware's tables of a real one", ignore: !path || !image }, async (t) => {
  const machine = await dump();
  assert(machine && path);
  await using watched = await watchNode(machine, { image: image!, timeLimitMs: 300_000 });
  const { server, until, wholeFacts } = watched;
  const facts = await wholeFacts();
  const ofTheFile = structures(await run("dmidecode", ["--from-dump", path]));

  await t.step("dmidecode prints in it what it prints of the file", async () => {
    const types = new Set(ofTheFile.map(typeOf));
    // What it says of a broken table goes to stderr, in the middle of it.
    const inTheNode = structures(await watched.node.run("dmidecode 2>/dev/null"));
    assertEquals(inTheNode.filter((structure) => types.has(typeOf(structure))), ofTheFile);
  });
  await t.step("its facts are those of the file", async () => {
    assertEquals([facts.sources.dmidecode?.status, facts.sources.dmidecode?.unparsed], ["ok", undefined]);
    for (const [keyword, value] of KEYWORDS) {
      const believed = keyword === "system-uuid" ? machineUuid : told;
      assertEquals(value(facts), believed(await run("dmidecode", ["--from-dump", path, "-s", keyword])), keyword);
    }
  });
  await t.step("its sockets and DIMMs are those of the file", () => {
    const ofType = (type: string) => ofTheFile.filter((structure) => typeOf(structure) === type);
    const notRam = ofType("16").filter((array) => valueOf("Use", array) !== "System Memory").map(handleOf);
    const devices = ofType("17").filter((device) => !notRam.includes(valueOf("Array Handle", device) ?? ""));
    const dimms = devices.filter((device) => /^[1-9]/.test(valueOf("Size", device) ?? ""));
    const socketOf = (processor: string) => meant("Socket Designation")(processor) ?? handleOf(processor);
    assertEquals(facts.cpu?.packages?.map(({ socket }) => socket), ofType("4").map(socketOf));
    assertEquals(facts.memory?.slotCount, devices.length);
    assertEquals(facts.memory?.dimms?.map(({ locator }) => locator), dimms.map(meant("Locator")));
    assertEquals(facts.memory?.dimms?.map(({ serialNumber }) => serialNumber), dimms.map(meant("Serial Number")));
  });
  await t.step("it registers", async () => {
    const { attributes } = await until("a registration", () => server.nodes[0]);
    assertEquals(attributes["manufacturer"], facts.system?.manufacturer);
  });
  await t.step("it obeys a reboot, and is the same node afterwards", async () => {
    assertEquals(await watched.reboot(), [server.nodes[0]!.id]);
  });
});

/** What dmidecode -s calls them (dmidecode(8)). */
const KEYWORDS = new Map<string, (facts: Facts) => string | undefined>([
  ["bios-vendor", ({ firmware }) => firmware?.vendor],
  ["bios-version", ({ firmware }) => firmware?.version],
  ["bios-revision", ({ firmware }) => firmware?.revision],
  ["system-manufacturer", ({ system }) => system?.manufacturer],
  ["system-product-name", ({ system }) => system?.productName],
  ["system-version", ({ system }) => system?.version],
  ["system-serial-number", ({ system }) => system?.serialNumber],
  ["system-uuid", ({ system }) => system?.uuid],
  ["system-sku-number", ({ system }) => system?.sku],
  ["system-family", ({ system }) => system?.family],
  ["baseboard-manufacturer", ({ baseboard }) => baseboard?.manufacturer],
  ["baseboard-product-name", ({ baseboard }) => baseboard?.productName],
  ["baseboard-version", ({ baseboard }) => baseboard?.version],
  ["baseboard-serial-number", ({ baseboard }) => baseboard?.serialNumber],
  ["baseboard-asset-tag", ({ baseboard }) => baseboard?.assetTag],
  ["chassis-manufacturer", ({ chassis }) => chassis?.manufacturer],
  ["chassis-type", ({ chassis }) => chassis?.type],
  ["chassis-version", ({ chassis }) => chassis?.version],
  ["chassis-serial-number", ({ chassis }) => chassis?.serialNumber],
  ["chassis-asset-tag", ({ chassis }) => chassis?.assetTag],
]);

/** The structures that a dmidecode output tells, without the end marker and what it says of where they came from. */
function structures(output: string): string[] {
  return output.split(/^(?=Handle 0x)/m).slice(1).map((text) => text.trim()).filter((text) => typeOf(text) !== "127");
}

function handleOf(structure: string): string {
  return structure.slice("Handle ".length, "Handle 0x0000".length);
}

/** The text of one of its fields. */
function valueOf(field: string, structure: string): string | undefined {
  return new RegExp(`^\\t${field}: (.*)$`, "m").exec(structure)?.[1];
}

/** The same, where it is no placeholder. */
function meant(field: string): (structure: string) => string | undefined {
  return (structure) => told(valueOf(field, structure));
}

/** QEMU adds structures of types that the table lacks. */
function typeOf(structure: string): string | undefined {
  return /DMI type (\d+),/.exec(structure)?.[1];
}
