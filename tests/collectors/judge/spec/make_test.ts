/** A made spec fits the machine that it was made of, and its twin; of others of its model it names what differs. */
import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/yaml";
import { findings } from "../../../../collectors/judge/findings/mod.ts";
import { openReplay } from "../../../../collectors/host/replay.ts";
import { deviationLine, judge, makeSpec, parseSpec, specFor } from "../../../../collectors/judge/spec/mod.ts";
import { collect } from "../../../../collectors/mod.ts";
import type { Facts } from "../../../../collectors/facts/mod.ts";
import { parseDmidecode } from "../../../../collectors/tools/dmidecode/mod.ts";
import { filesIn, read } from "../../../corpus/corpus.ts";
import { goldens } from "../../../golden.ts";
import { parseLshw } from "../../../../collectors/tools/lshw/mod.ts";
import { factsOf, ok, uncheckedFactsOf } from "../../facts/assembled.ts";

/** The deviations of a machine from a spec that was made of another. */
function deviations(good: Facts, other: Facts, withCabling = false): string[] {
  const spec = parseSpec(makeSpec(good, { withCabling }), "made.yaml");
  return judge(spec, other, []).deviations.map(deviationLine);
}

/** The same machine as another one of its order: what is one machine's alone is another's. */
function twinOf(facts: Facts): Facts {
  const twin = structuredClone(facts);
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (/^(serialNumber|assetTag|mac|permanentMac|uuid|wwn|ip|address)$/.test(key) && typeof inner === "string") {
        (value as Record<string, unknown>)[key] = [...inner].reverse().join("");
      } else visit(inner);
    }
  };
  for (
    const section of ["system", "chassis", "baseboard", "cpu", "memory", "disks", "nics", "bmc", "identity"] as const
  ) {
    visit(twin[section]);
  }
  // The kernel numbers disks as it finds them.
  const names = twin.disks?.map(({ name }) => name).reverse();
  twin.disks?.forEach((disk, i) => disk.name = names![i]!);
  return twin;
}

for (const { name, bundle } of goldens()) {
  Deno.test(`makeSpec() of ${name} fits it and its twin, and nothing that lacks a part`, async () => {
    const { facts } = await collect(await openReplay(bundle), "4.0.0");
    for (const withCabling of [false, true]) assertEquals(deviations(facts, facts, withCabling), []);
    assertEquals(deviations(facts, twinOf(facts)), []);
    assert(specFor([parseSpec(makeSpec(facts), "made.yaml")], facts));
    for (const list of ["disks", "nics"] as const) {
      const less = structuredClone(facts);
      const lost = less[list]!.pop();
      assertEquals(deviations(facts, less).length, 1, JSON.stringify(lost));
    }
  });
}

Deno.test("makeSpec() makes the example", async () => {
  const { facts } = await collect(await openReplay(goldens().find(({ name }) => name === "dell")!.bundle), "4.0.0");
  const example = await Deno.readTextFile(new URL("../../../../examples/specs/poweredge-r740.yaml", import.meta.url));
  assertEquals(parse(example), parse(makeSpec(facts, { findings: findings(facts) })));
});

Deno.test("makeSpec() holds nothing that is one machine's alone", async () => {
  for (const { bundle } of goldens()) {
    const { facts } = await collect(await openReplay(bundle), "4.0.0");
    const text = makeSpec(facts, { withCabling: true });
    const own = [
      facts.system?.serialNumber,
      facts.identity.uuid,
      ...facts.identity.macs,
      ...facts.disks!.flatMap(({ serialNumber, wwn }) => [serialNumber, wwn]),
      ...facts.memory!.dimms!.map(({ serialNumber }) => serialNumber),
      ...facts.bmc?.channels?.flatMap(({ ip, mac }) => [ip, mac]) ?? [],
    ].filter((each) => each !== undefined);
    for (const each of own) assert(!text.includes(each), each);
    assertEquals(text.includes("neighbours"), facts.neighbours !== undefined);
    assert(!makeSpec(facts).includes("neighbours"));
  }
});

const corpus = filesIn("dmidecode", (name) => name.endsWith(".txt"));

/** Files of the corpus that hold machines of one model, the spec's first. Of each what the others deviate in. */
const MODELS: [good: string, other: string, deviations: string[]][] = [
  ["linuxhw-server-supermicro-x9drw", "linuxhw-server-supermicro-x9drw-2", [
    "cpu.modelName: expected Intel(R) Xeon(R) CPU E5-2667 v2 @ 3.30GHz, found Intel(R) Xeon(R) CPU E5-2680 v2 @ 2.80GHz",
    "cpu.coresPerSocket: expected 8, found 10",
    "cpu.packages[].modelName: expected Intel(R) Xeon(R) CPU E5-2667 v2 @ 3.30GHz, found Intel(R) Xeon(R) CPU E5-2680 v2 @ 2.80GHz (CPU 1, CPU 2)",
    "cpu.packages[].coreCount: expected 8, found 10 (CPU 1, CPU 2)",
    "cpu.packages[].coresEnabled: expected 8, found 10 (CPU 1, CPU 2)",
    "memory.totalBytes: expected 512 GiB, found 256 GiB",
    "memory.dimms: expected 16 × 32 GiB, DDR3, speedMTs 1600, configuredSpeedMTs 1600, Samsung, M386B4G70DM0-CMA3, found P1-DIMMC1, P1-DIMMC2, P1-DIMMD1, P1-DIMMD2, P2-DIMMG1, P2-DIMMG2, P2-DIMMH1, P2-DIMMH2 empty; 8 of 16",
  ]],
  ["linuxhw-server-hpe-proliant-bl460c-gen10", "netbox-agent-hp-bl460c-gen10", [
    "cpu.modelName: expected Intel(R) Xeon(R) Silver 4114 CPU @ 2.20GHz, found Intel(R) Xeon(R) Gold 6126 CPU @ 2.60GHz",
    "cpu.coresPerSocket: expected 10, found 12",
    "cpu.packages[].modelName: expected Intel(R) Xeon(R) Silver 4114 CPU @ 2.20GHz, found Intel(R) Xeon(R) Gold 6126 CPU @ 2.60GHz (Proc 1, Proc 2)",
    "cpu.packages[].coreCount: expected 10, found 12 (Proc 1, Proc 2)",
    "cpu.packages[].coresEnabled: expected 10, found 12 (Proc 1, Proc 2)",
    "memory.totalBytes: expected 32 GiB, found 64 GiB",
    "memory.dimms[].configuredSpeedMTs: expected 2400, found 2666 (PROC 1 DIMM 3, PROC 2 DIMM 3)",
    "memory.dimms[].partNumber: expected 840756-091, found 840757-091 (PROC 1 DIMM 3, PROC 2 DIMM 3)",
    "memory.dimms: unexpected: PROC 1 DIMM 2, PROC 2 DIMM 2, 16 GiB DDR4",
  ]],
  // Slots of one name on both processors.
  ["glpi-oracle-server-6-7-oda", "glpi-oracle-server-x5-2", [
    "cpu.packages[].coresEnabled: expected 4, found 18 (P0, P1)",
    "memory.totalBytes: expected 256 GiB, found 512 GiB",
    "memory.dimms: unexpected: /SYS/MB/P1 D11, /SYS/MB/P1 D10, /SYS/MB/P1 D8, /SYS/MB/P1 D7, /SYS/MB/P1 D0, /SYS/MB/P1 D1, /SYS/MB/P1 D3, /SYS/MB/P1 D4, 32 GiB DDR4",
  ]],
  // DIMMs of several makes.
  [
    "linuxhw-server-etegro-technologies-hyperion-rs125-g4-2",
    "linuxhw-server-etegro-technologies-hyperion-rs125-g4",
    [
      "memory.totalBytes: expected 32 GiB, found 64 GiB",
      "memory.dimms[ChannelA_Dimm1].manufacturer: expected Kingston, found Hynix Semiconductor",
      "memory.dimms[ChannelA_Dimm1].partNumber: expected 9965442-018.B00LF, found HMT31GR7BFR4C-H9",
      "memory.dimms[ChannelC_Dimm1].partNumber: expected 9965442-018.B00LF, found 9965442-025.B00LF",
      "memory.dimms[ChannelE_Dimm1].partNumber: expected 9965516-055.A00LF, found 9965442-018.B00LF",
      "memory.dimms[ChannelG_Dimm1].partNumber: expected 9965516-055.A00LF, found 9965516-130.A00LF",
      "memory.dimms: unexpected: ChannelB_Dimm1, ChannelD_Dimm1, ChannelF_Dimm1, ChannelH_Dimm1, 8 GiB DDR3",
    ],
  ],
  // Twins.
  ["linuxhw-desktop-qemu-standard-pc", "linuxhw-desktop-qemu-standard-pc-2", []],
  ["uroot-lenovo-thinkpad-t480-fromdump", "uroot-lenovo-thinkpad-t480-orig32", []],
];

Deno.test({
  name: "makeSpec() of a machine of the corpus names the differences of others of its model",
  ignore: corpus.length === 0,
}, () => {
  const facts = (file: string) => factsOf({ dmidecode: ok(parseDmidecode(read("dmidecode", `${file}.txt`)).value) });
  for (const [good, other, expected] of MODELS) {
    assertEquals(deviations(facts(good), facts(good)), [], good);
    assertEquals(deviations(facts(good), facts(other)), expected, `${good} and ${other}`);
  }
});

Deno.test({ name: "makeSpec() of every machine of the corpus fits it", ignore: corpus.length === 0 }, () => {
  let machines = 0;
  for (const file of corpus) {
    let table;
    try {
      table = parseDmidecode(read(file)).value;
    } catch {
      continue;
    }
    const facts = factsOf({ dmidecode: ok(table) });
    assertEquals(deviations(facts, facts), [], file);
    machines++;
  }
  // What lshw knows alone has no codes of PCI classes, and names no kernel's disks.
  for (const file of filesIn("lshw", (name) => name.endsWith(".json") && name !== "MANIFEST.json")) {
    const facts = uncheckedFactsOf({ lshw: ok(parseLshw(read(file)).value) });
    assertEquals(deviations(facts, facts), [], file);
    machines++;
  }
  console.log(`made specs: ${machines} machines`);
});

Deno.test("makeSpec() counts ports of InfiniBand and Fibre Channel, without what is one port's alone", () => {
  const infiniband = [1, 2].map((port) => ({
    ...{ name: `mlx5_0/${port}`, device: "mlx5_0", port, portGuid: `506b:4b03:00f5:1b3${port}`, lid: port },
    ...{ linkLayer: "InfiniBand", model: "MT4123", boardId: "MT_0000000223", firmware: "20.36.1010" },
    speedMbps: 200_000,
  }));
  const fibreChannel = [{ name: "host5", wwpn: "0x10000090fa1b2c3d", speedMbps: 16_000 }];
  const facts: Facts = { ...uncheckedFactsOf({}), infiniband, fibreChannel };
  const text = makeSpec(facts);
  for (const own of ["506b", "lid", "0x1000"]) assert(!text.includes(own), own);
  const old = { ...infiniband[1]!, firmware: "20.31.1014" };
  assertEquals(deviations(facts, { ...facts, infiniband: [infiniband[0]!, old], fibreChannel: [] }), [
    "infiniband[mlx5_0/2].firmware: expected 20.36.1010, found 20.31.1014",
    "fibreChannel: expected 1 × speedMbps 16000, found 0 of 1",
  ]);
});

Deno.test("makeSpec() lets come and go what is plugged in from outside", () => {
  const disks = [
    { name: "sda", transport: "sata" as const, sizeBytes: 960e9 },
    // A card reader on the board, and a stick.
    { name: "mmcblk0", transport: "mmc" as const, removable: true, sizeBytes: 8e9 },
    { name: "sdb", transport: "usb" as const, sizeBytes: 16e9 },
  ];
  const facts: Facts = { ...uncheckedFactsOf({}), disks };
  assertEquals(deviations(facts, facts), []);
  assertEquals(deviations(facts, { ...facts, disks: disks.slice(0, 1) }), []);
  assertEquals(deviations({ ...facts, disks: disks.slice(0, 1) }, facts), []);
});
