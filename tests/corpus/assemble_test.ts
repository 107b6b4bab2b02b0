/** What is made of recorded machines, against what other tools counted on them. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parseDmidecode } from "../../collectors/tools/dmidecode/mod.ts";
import type { Facts } from "../../collectors/facts/mod.ts";
import { openReplay } from "../../collectors/host/replay.ts";
import { parseLshw } from "../../collectors/tools/lshw/mod.ts";
import { collect, sections } from "../../collectors/mod.ts";
import { ParseError } from "../../collectors/tools/parsing.ts";
import { checkFacts, factsOf, ok } from "../collectors/facts/assembled.ts";
import { withFolder } from "../collectors/host/support.ts";
import { CORPUS, filesIn, read } from "./corpus.ts";
import { layBundle } from "./qemu_bundle.ts";

const nodes = filesIn("qemu").filter((node) => filesIn(node).includes(join(node, "ip-link.json")));
const ignore = nodes.length === 0;
if (ignore) console.log(`skipped: no recorded machines in ${CORPUS}`);

/** The facts of a node of the corpus, from a recording made of what was kept of it. */
async function factsOfNode(node: string, only?: (keyof Facts)[]): Promise<Facts> {
  let facts: Facts | undefined;
  await withFolder(async (folder) => {
    await layBundle(join(CORPUS, node), folder);
    ({ facts } = await collect(await openReplay(folder), "4.0.0", only ? { only } : {}));
  });
  return facts!;
}

function field(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*${name}\\s*: (.*)$`, "m").exec(text)?.[1]?.trim();
}

Deno.test({ name: "collect() tells of a recorded machine what other tools tell", ignore }, async () => {
  for (const node of nodes) {
    const facts = await factsOfNode(node);
    checkFacts(facts, node);

    const dmi = read(node, "dmidecode.txt");
    const dimms = dmi.split("\n\n").filter((block) => /\nMemory Device\n[^]*\n\tSize: \d/.test(block));
    assertEquals(facts.memory?.usedSlotCount, dimms.length, node);
    assertEquals(
      facts.memory?.dimms?.map((dimm) => dimm.serialNumber),
      dimms.map((dimm) => field(dimm, "Serial Number")),
    );
    assertEquals(
      facts.system?.serialNumber,
      field(dmi.slice(dmi.indexOf("\nSystem Information")), "Serial Number"),
      node,
    );

    const sockets = dmi.match(/^Processor Information$/gm)!.length;
    assertEquals(facts.cpu?.packages?.length, sockets, node);
    assertEquals(
      String(facts.cpu?.sockets),
      /"Socket\(s\):",\s*"data": "(\d+)"/.exec(read(node, "lscpu.json"))?.[1],
      node,
    );

    // lsblk asks the kernel and udev; of this machine lshw is the only source of disks, since its /sys was not kept.
    const { blockdevices } = JSON.parse(read(node, "lsblk.json"));
    const disks = (blockdevices as Record<string, string | number>[]).filter(({ type }) => type === "disk");
    assertEquals(
      facts.disks?.map(({ name, sizeBytes }) => `${name} ${sizeBytes! / 2 ** 30}G`),
      disks.map(({ name, size }) => `${name} ${size}`).sort(),
      node,
    );

    const links = JSON.parse(read(node, "ip-link.json")) as { ifname: string; address: string }[];
    const nics = links.filter(({ ifname }) => ifname.startsWith("eth"));
    assertEquals(
      facts.nics?.map(({ name, mac }) => [name, mac]),
      nics.map(({ ifname, address }) => [ifname, address]),
      node,
    );
    for (const nic of facts.nics!) {
      assert(nic.product !== undefined && nic.vendor !== undefined, `${node}: ${nic.name}`);
    }

    const heard = nics.filter(({ ifname }) =>
      read(node, `lldptool-get-tlv-n-${ifname}.txt`).includes("Chassis ID TLV")
    );
    assertEquals((facts.neighbours ?? []).map((one) => one.interface), heard.map(({ ifname }) => ifname), node);

    const lan = read(node, "ipmi-lan-print-1.txt");
    assertEquals(facts.bmc?.channels?.[0]?.ip, field(lan, "IP Address"), node);
    assertEquals(facts.bmc === undefined, read(node, "ipmi-mc-info.txt").trim() === "", node);
  }
});

Deno.test({ name: "collect() with only one section gives it as a whole collection does", ignore }, async () => {
  const node = nodes[0]!;
  const all = await factsOfNode(node);
  // What changes from second to second comes with whatever is asked.
  for (const section of sections().filter((section) => section !== "volatile")) {
    assertEquals((await factsOfNode(node, [section]))[section], all[section], section);
  }
});

interface LshwNode {
  class?: string;
  logicalname?: string | string[];
  businfo?: string;
  configuration?: { driver?: string };
  children?: LshwNode[];
}

function allOf(node: LshwNode | LshwNode[]): LshwNode[] {
  return Array.isArray(node) ? node.flatMap(allOf) : [node, ...(node.children ?? []).flatMap(allOf)];
}

Deno.test({ name: "factsOf() finds the disks and NICs that lshw alone printed", ignore }, () => {
  const trees = [
    ...filesIn("lshw").filter((file) => file.endsWith(".json") && !file.endsWith("MANIFEST.json")),
    ...filesIn("qemu").map((node) => join(node, "lshw.json")).filter((file) =>
      filesIn(join(file, "..")).includes(file)
    ),
  ];
  let disks = 0, nics = 0;
  for (const file of trees) {
    const facts = factsOf({ lshw: ok(parseLshw(read(file)).value) });
    const names = (wanted: string) =>
      allOf(JSON.parse(read(file))).filter((node) => node.class === wanted)
        .flatMap((node) => [node.logicalname ?? []].flat().map((name) => ({ name, node })));
    const diskNames = names("disk").map(({ name }) => name)
      .filter((name) => /^\/dev\/(sd[a-z]+|vd[a-z]+|nvme\d+n\d+)$/.test(name));
    assertEquals(new Set(facts.disks?.map(({ path }) => path)), new Set(diskNames), file);
    // In all of the corpus these two are interfaces without hardware.
    const nicNames = names("network").map(({ name }) => name).filter((name) => name !== "bond0" && name !== "ovs-tap");
    assertEquals(new Set(facts.nics?.map(({ name }) => name)), new Set(nicNames), file);
    disks += diskNames.length;
    nics += nicNames.length;
  }
  console.log(`lshw alone: ${trees.length} machines, ${disks} disks, ${nics} NICs`);
});

Deno.test({ name: "factsOf() makes valid facts of every recorded SMBIOS table", ignore }, () => {
  let machines = 0, dimms = 0;
  for (const file of filesIn("dmidecode").filter((file) => file.endsWith(".txt"))) {
    try {
      const table = parseDmidecode(read(file)).value;
      const facts = factsOf({ dmidecode: ok(table) });
      dimms += facts.memory?.dimms?.length ?? 0;
      machines++;
    } catch (error) {
      if (!(error instanceof ParseError)) throw new Error(file, { cause: error });
    }
  }
  console.log(`dmidecode alone: ${machines} machines, ${dimms} DIMMs`);
});
