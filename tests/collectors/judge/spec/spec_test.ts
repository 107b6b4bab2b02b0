/** The spec as it stands in the docs, on machines that match it, and that do not. */
import { assert, assertEquals, assertLess, assertStringIncludes, assertThrows } from "@std/assert";
import type { Facts } from "../../../../collectors/facts/mod.ts";
import { deviationLine, judge, parseSpec, SpecError, specFor } from "../../../../collectors/judge/spec/mod.ts";

const EXAMPLE = `name: compute-r760            # becomes the attribute mk_spec
schemaVersion: 2              # an old spec keeps its meaning, or is refused with the field that moved
match: { system.productName: PowerEdge R760 }     # which machines it is for; without it: all
expect:
  cpu: { sockets: 2, modelName: /Gold 6430/ }
  memory: { totalBytes: 1 TiB, dimms: [ { count: 16, sizeBytes: 64 GiB, type: DDR5, configuredSpeedMTs: ">= 4800" } ] }
  disks: [ { count: 2, transport: nvme, sizeBytes: ">= 3.8 TB" }, { count: 0.., transport: usb } ]
  nics: [ { count: 2, product: /ConnectX-6/, speedMbps: 25000, firmware: ">= 26.36" } ]
  neighbours: [ { interface: eth0, systemName: leaf-a.*, portId.value: "Ethernet1/{1..48}" } ]   # cabling
  firmware: { version: ">= 2.1.0", secureBoot: true }
  bmc: { channels: [ { ip: in 10.20.0.0/16 } ] }
  findings: { none: error }   # no finding of this level
`;

function machine(change: (facts: Facts) => void = () => {}): Facts {
  const facts: Facts = {
    schemaVersion: 2,
    agentVersion: "4.0.0",
    collectedAt: "2026-01-01T00:00:00.000Z",
    sources: {},
    identity: { uuidSource: "none", macs: [] },
    system: { productName: "PowerEdge R760" },
    cpu: { sockets: 2, modelName: "Intel(R) Xeon(R) Gold 6430" },
    memory: {
      totalBytes: 2 ** 40,
      dimms: Array.from({ length: 16 }, (_, i) => ({
        locator: `A${i + 1}`,
        sizeBytes: 64 * 2 ** 30,
        type: "DDR5",
        configuredSpeedMTs: 4800,
      })),
    },
    disks: [
      { name: "nvme0n1", transport: "nvme", sizeBytes: 3_840_755_982_336, rotational: false },
      { name: "nvme1n1", transport: "nvme", sizeBytes: 3_840_755_982_336, rotational: false },
    ],
    nics: ["eth0", "eth1"].map((name) => ({
      name,
      physical: true,
      product: "MT2892 Family [ConnectX-6 Dx]",
      speedMbps: 25_000,
      firmware: "26.36.1010 (MT_0000000540)",
    })),
    neighbours: [{
      interface: "eth0",
      systemName: "leaf-a.dc1.example",
      portId: { subtype: "Ifname", value: "Ethernet1/17" },
    }],
    firmware: { version: "2.1.5", secureBoot: true },
    bmc: { channels: [{ number: 1, ip: "10.20.30.40" }] },
  };
  change(facts);
  return facts;
}

function lines(facts: Facts, text = EXAMPLE): string[] {
  return judge(parseSpec(text, "spec.yaml"), facts, []).deviations.map(deviationLine);
}

/** What a spec of one expectation says of a machine. */
function found(expect: string, facts = machine()): string[] {
  return lines(facts, `name: x\nexpect:\n  ${expect}\n`);
}

/** The mistakes of a spec, each in a line. */
function mistakes(text: string): string[] {
  return assertThrows(() => parseSpec(text, "spec.yaml"), SpecError).message.split("\n");
}

Deno.test("judge() finds nothing on a machine as the documented spec has it", () => {
  const spec = parseSpec(EXAMPLE, "spec.yaml");
  assertEquals(judge(spec, machine(), []), { name: "compute-r760", matches: true, deviations: [] });
});

Deno.test("judge() names what differs, is lacking and is too many", () => {
  const facts = machine((facts) => {
    facts.cpu!.sockets = 1;
    facts.memory!.totalBytes = 15 * 64 * 2 ** 30;
    facts.memory!.dimms!.splice(6, 1);
    facts.disks![1]!.sizeBytes = 1_920_383_410_176;
    facts.disks!.push({ name: "sdc", transport: "sata", sizeBytes: 480_103_981_056, rotational: false });
    facts.disks!.push({ name: "sdd", transport: "usb", sizeBytes: 8e9 });
    facts.nics![1]!.firmware = "26.9.100";
    facts.neighbours![0]!.portId!.value = "Ethernet1/49";
    facts.firmware = { version: "2.0.9" };
    facts.bmc!.channels![0]!.ip = "10.21.0.1";
  });
  assertEquals(lines(facts), [
    "cpu.sockets: expected 2, found 1",
    "memory.totalBytes: expected 1 TiB, found 960 GiB",
    "memory.dimms: expected 16 × 64 GiB, DDR5, configuredSpeedMTs >= 4800, found 15 of 16",
    "disks[nvme1n1].sizeBytes: expected >= 3.8 TB, found 1.92 TB",
    "disks: unexpected: sdc, 480 GB SSD",
    "nics[eth1].firmware: expected >= 26.36, found 26.9.100",
    "neighbours[eth0].portId.value: expected Ethernet1/{1..48}, found Ethernet1/49",
    "firmware.version: expected >= 2.1.0, found 2.0.9",
    "firmware.secureBoot: expected true, found absent",
    "bmc.channels[1].ip: expected in 10.20.0.0/16, found 10.21.0.1",
  ]);
});

Deno.test("judge() names the slot that lacks a DIMM where it is known", () => {
  const facts = machine((facts) => {
    facts.memory!.dimms!.splice(6, 1);
    Object.assign(facts.memory!, { slots: [{ locator: "A7", populated: false }, { locator: "A1", populated: true }] });
  });
  const { deviations } = judge(parseSpec(EXAMPLE, "spec.yaml"), facts, []);
  assertEquals(deviations, [{
    path: "memory.dimms",
    expected: "16 × 64 GiB, DDR5, configuredSpeedMTs >= 4800",
    found: "A7 empty; 15 of 16",
    item: "A7",
  }]);
  // A spec that names the slots tells it without them.
  const dimms = "memory: { dimms: [ { count: 3, locator: [A1, A2, A3] } ] }";
  const three = machine((facts) =>
    facts.memory!.dimms = [{ locator: "A1", sizeBytes: 1 }, { locator: "A3", sizeBytes: 1 }]
  );
  assertEquals(found(dimms, three), ["memory.dimms: expected 3, found A2 empty; 2 of 3"]);
});

Deno.test("judge() gives each item to at most one group, so that the most is satisfied", () => {
  const disks = (...sizes: number[]) =>
    machine((facts) => facts.disks = sizes.map((sizeBytes, i) => ({ name: `sd${"abc"[i]}`, sizeBytes })));
  // The first group could take either disk, the second only the larger.
  const groups = "disks: [ { count: 1, sizeBytes: any }, { count: 1, sizeBytes: '>= 2 TB' } ]";
  assertEquals(found(groups, disks(2e12, 1e12)), []);
  assertEquals(found(groups, disks(1e12, 2e12)), []);
  // What is asked for comes before what is only allowed.
  assertEquals(found("disks: [ { count: 0.., sizeBytes: any }, { count: 2, sizeBytes: any } ]", disks(1, 2)), []);
  assertEquals(found("disks: [ { count: 1..2 } ]", disks(1, 2, 3)), ["disks: unexpected: sdc, 3 B"]);
  assertEquals(found("disks: [ { count: '>= 4' } ]", disks(1, 2, 3)), ["disks: expected 4 or more, found 3 of 4"]);
  assertEquals(found("disks: []", disks(1)), ["disks: unexpected: sda, 1 B"]);
});

Deno.test("judge() names the place that is free of a DIMM that sits in another", () => {
  const dimms = "memory: { dimms: [ { count: 3, sizeBytes: 1, locator: [A1, A2, A3] } ] }";
  const at = (...locators: string[]) =>
    machine((facts) => facts.memory!.dimms = locators.map((locator) => ({ locator, sizeBytes: 1 })));
  assertEquals(found(dimms, at("A1", "A2", "B1")), ["memory.dimms[B1].locator: expected A3, found B1"]);
  assertEquals(found(dimms, at("A1", "A2", "A3", "B1")), ["memory.dimms: unexpected: B1, 1 B"]);
});

Deno.test("judge() tells items of one name apart, and does not list them without end", () => {
  const dimms = (...places: [bank: string, locator: string, gib: number][]) =>
    machine((facts) =>
      facts.memory!.dimms = places.map(([bank, locator, gib]) => ({ bank, locator, sizeBytes: gib * 2 ** 30 }))
    );
  const two = "memory: { dimms: [ { count: 2, sizeBytes: 16 GiB } ] }";
  assertEquals(found(two, dimms(["P0", "D0", 16], ["P1", "D0", 16], ["P1", "D1", 8], ["P0", "D1", 8])), [
    "memory.dimms: unexpected: P1 D1, P0 D1, 8 GiB",
  ]);
  assertEquals(found("powerSupplies: []", machine((facts) => facts.powerSupplies = [{ status: "Not Present" }])), [
    "powerSupplies: unexpected: 0, Not Present",
  ]);
  const many = machine((facts) => facts.disks = Array.from({ length: 20 }, (_, i) => ({ name: `sd${i}`, model: "X" })));
  const [line] = found("disks: [ { count: 20, model: Y } ]", many);
  assertEquals(line, "disks: expected 20 × Y, found 0 of 20");
  assertStringIncludes(found("disks: []", many)[0]!, "sd15 and 4 more, X");
});

Deno.test("judge() needs no more than a moment for many groups that overlap, and many items", () => {
  const facts = machine((facts) =>
    facts.pci = Array.from({ length: 1000 }, (_, i) => ({ address: `0000:${i}`, deviceId: String(i % 100) }))
  );
  const groups = Array.from({ length: 60 }, (_, i) => `{ count: 10.., deviceId: '/[${i % 10}-9]$/' }`);
  const started = performance.now();
  assertEquals(found(`pci: [ ${groups.join(", ")}, { count: 0.. } ]`, facts), []);
  assert(performance.now() - started < 5000, `${performance.now() - started} ms`);
});

Deno.test("judge() counts groups by ranges and comparisons", () => {
  const disks = machine((facts) => facts.disks = ["sda", "sdb", "sdc"].map((name) => ({ name, sizeBytes: 1e12 })));
  for (const count of ["3", "0..", "..3", "1..4", "'>= 3'", "'> 2'", "'<= 3'", "'< 4'"]) {
    assertEquals(found(`disks: [ { count: ${count} } ]`, disks), [], count);
  }
  assertEquals(found("disks: [ { count: ..2 } ]", disks), ["disks: unexpected: sdc, 1 TB"]);
  assertEquals(found("disks: [ { count: '> 3' } ]", disks), ["disks: expected 4 or more, found 3 of 4"]);
  assertEquals(found("disks: [ { count: 0, transport: usb }, { count: 0.. } ]", disks), []);
  for (const count of ["..", "-1", "4..2", "'< 0'", "two", "1.5", "''"]) {
    assertStringIncludes(mistakes(`name: x\nexpect: { disks: [ { count: ${count} } ] }`)[0]!, "expected 2, 0..");
  }
});

Deno.test("judge() names the bay that lacks a disk", () => {
  const disks = machine((facts) =>
    facts.disks = ["0", "1", "3"].map((bay) => ({ name: `sd${bay}`, bay, sizeBytes: 1e12, transport: "sas" }))
  );
  assertEquals(found("disks: [ { count: 4, transport: sas, bay: [0, 1, 2, 3] } ]", disks), [
    "disks: expected 4 × sas, found bay 2 missing; 3 of 4",
  ]);
});

Deno.test("parseSpec() joins paths through one map, and refuses a fact that is named twice", () => {
  const text = "bmc.chassis.power: on\n  bmc.chassis.intrusion: false\n  bmc: { firmware: '1.0' }";
  const facts = machine((facts) => facts.bmc = { chassis: { power: "off", intrusion: true }, firmware: "2.0" });
  assertEquals(found(text, facts), [
    "bmc.chassis.power: expected on, found off",
    "bmc.chassis.intrusion: expected false, found true",
    "bmc.firmware: expected 1.0, found 2.0",
  ]);
  for (const twice of ["cpu: any\n  cpu.sockets: 2", "cpu.sockets: 2\n  cpu: { sockets: 3 }"]) {
    assertEquals(mistakes(`name: x\nexpect:\n  ${twice}`).length, 1, twice);
  }
});

Deno.test("judge() tells what could not be read from what is absent", () => {
  const facts = machine((facts) => {
    delete facts.memory;
    facts.sources.dmidecode = { status: "timeout", elapsedMs: 1 };
  });
  assertEquals(found("memory: { totalBytes: 1 TiB, dimms: [ { count: 16 } ] }", facts), [
    "memory.totalBytes: expected 1 TiB, found not read (dmidecode: timeout)",
    "memory.dimms: expected 16, found not read (dmidecode: timeout)",
  ]);
  assertEquals(found("memory.totalBytes: absent", facts), [
    "memory.totalBytes: expected absent, found not read (dmidecode: timeout)",
  ]);
  assertEquals(found("memory.totalBytes: [ absent, 1 TiB ]", facts), [
    "memory.totalBytes: expected absent or 1 TiB, found not read (dmidecode: timeout)",
  ]);
  // Nothing there, too, is something that has to be read.
  assertEquals(found("memory: { dimms: [] }", facts), [
    "memory.dimms: expected none, found not read (dmidecode: timeout)",
  ]);
  assertEquals(found("usb: []", facts), []);
  assertEquals(found("tpm.version: absent", facts), [
    "tpm.version: expected absent, found not read (dmidecode: timeout)",
  ]);
  delete facts.sources.dmidecode;
  assertEquals(found("tpm: absent", facts), []);
  assertEquals(found("tpm: any", facts), ["tpm: expected any, found absent"]);
});

Deno.test("judge() holds findings against a machine, from the forbidden level up", () => {
  const finding = (level: "error" | "warning" | "info") => ({
    id: `rule-${level}`,
    level,
    path: "memory",
    message: `it is ${level}`,
    evidence: [],
  });
  const spec = (level: string) => parseSpec(`name: x\nexpect: { findings: { none: ${level} } }`, "spec.yaml");
  const all = [finding("error"), finding("warning"), finding("info")];
  assertEquals(judge(spec("error"), machine(), all).deviations, [
    { path: "memory", expected: "no error", found: "it is error", item: "rule-error" },
  ]);
  assertEquals(judge(spec("warning"), machine(), all).deviations.map(({ item }) => item), [
    "rule-error",
    "rule-warning",
  ]);
});

Deno.test("specFor() takes a spec for a label, whose name may hold points", () => {
  const spec = parseSpec(
    "name: x\nmatch: { labels: { example.com/role: storage } }\nexpect: { labels.rack: any }",
    "s",
  );
  const labelled = (labels: Record<string, string>) => machine((facts) => facts.labels = labels);
  assertEquals(specFor([spec], labelled({ "example.com/role": "storage" })), spec);
  assertEquals(specFor([spec], labelled({ role: "storage" })), undefined);
  assertEquals(found("labels.rack: /^R\\d+$/", labelled({ rack: "A7" })), [
    "labels.rack: expected /^R\\d+$/, found A7",
  ]);
});

Deno.test("specFor() takes the first spec whose match holds", () => {
  const specs = [
    "name: first\nmatch: { system: { productName: /R640/ } }\nexpect: {}",
    "name: second\nmatch: { system.productName: /R760/, cpu.sockets: 2 }\nexpect: {}",
  ].map((text) => parseSpec(text, "spec.yaml"));
  assertEquals(specFor(specs, machine())?.name, "second");
  assertEquals(specFor(specs, machine((facts) => facts.cpu!.sockets = 1)), undefined);
});

Deno.test("parseSpec() names the line, what it found and what names there are", () => {
  const [line, ...more] = mistakes("name: x\nexpect:\n  memory:\n    # dims: see below\n    dims: [ { count: 2 } ]\n");
  assertEquals(more, []);
  assertStringIncludes(
    line!,
    `spec.yaml:5: expect.memory.dims: found "dims", expected one of totalBytes, `,
  );
  assertStringIncludes(line!, "did you mean dimms?");
  assertEquals(
    mistakes("name: x\nexpect:\n  cpu: { sockets: two }\n  disks: [ { cuont: 2 } ]").map((text) => text.slice(0, 70)),
    [
      `spec.yaml:3: expect.cpu.sockets: found "two", expected a number, a com`,
      `spec.yaml:4: expect.disks[0].cuont: found "cuont", expected one of nam`,
    ],
  );
  for (
    const [text, expected] of [
      ["", "spec.yaml:1: found nothing, expected the keys"],
      ["- a", "spec.yaml:1: found a list"],
      [
        "name: x\nexcept: {}\nexpect: {}",
        "spec.yaml:2: except: no key of a spec; expected name, schemaVersion, match, expect",
      ],
      ["expect: {}", "name: found none"],
      ["name: x", "expect: found none"],
      ["name: x\nexpect: { cpu: 2 }", `expect.cpu: found "2", expected names of facts`],
      ["name: x\nexpect: { disks: 2 }", `expect.disks: found "2", expected a list`],
      ["name: x\nexpect: { disks: [ { count: many } ] }", `expect.disks[0].count: found "many", expected 2, 0..`],
      ["name: x\nexpect: { firmware: { secureBoot: yes } }", `found "yes", expected true, false`],
      ["name: x\nexpect: { firmware: { bootMode: efi } }", `found "efi", expected one of uefi, bios`],
      [
        "name: x\nexpect: { memory: { totalBytes: 1 TBs } }",
        `found "1 TBs", expected a number, alone or with one of B, kB`,
      ],
      ["name: x\nexpect: { cpu: { modelName: /Gold (/ } }", "expected a regular expression: "],
      ["name: x\nexpect: { bmc: { channels: [ { ip: in 10.20.0.0/33 } ] } }", "expected a network behind in"],
      ["name: x\nexpect: { cpu: { sockets: 4..2 } }", "the smaller end of the range first"],
      ["name: x\nexpect: { findings: { none: fatal } }", `found "fatal", expected { none: error | warning | info }`],
      [
        `name: x\nexpect: { disks: [ ${"{}, ".repeat(1001)} ] }`,
        "expect.disks: found 1001 groups, expected at most 1000",
      ],
      ["name: x\nexpect: { cpu: { sockets: >= 2 } }", `quote comparisons and patterns: ">= 4800"`],
      [
        "name: x\nexpect: { neighbours: [ { portId.value: Ethernet1/{1..48} } ] }",
        `quote comparisons and patterns: ">= 4800"`,
      ],
      ["name: x\nexpect: { raw: any }", `expect.raw: found "raw", expected one of`],
      ["name: x\nexpect: { volatile: any }", `expect.volatile: found "volatile", expected one of`],
      ["name: x\nexpect: { cpu.modelName.x: 2 }", "behind a fact that has no names within"],
      [
        "schemaVersion: 3\nname: x\nexpect: {}",
        `spec.yaml:1: schemaVersion: found "3", expected 2, or a version before it`,
      ],
    ] as const
  ) assertStringIncludes(mistakes(text).join("\n"), expected);
});

Deno.test("parseSpec() keeps the meaning of an old spec, and names the field that went away", () => {
  const old =
    "schemaVersion: 1\nname: x\nexpect: { memory: { slots: 24 }, cpu: { packages: [ { count: 2, model: a } ] } }";
  const facts = machine((facts) => facts.memory = { slotCount: 12 });
  assertEquals(lines(facts, old), [
    "memory.slotCount: expected 24, found 12",
    "cpu.packages: expected 2 × a, found 0 of 2",
  ]);
  assertStringIncludes(
    mistakes("name: x\nexpect: { memory: { slotsUsed: 24 } }")[0]!,
    "since schema version 2 it is usedSlotCount",
  );
  assertStringIncludes(
    mistakes("name: x\nexpect: { memory: { slots: 24 } }")[0]!,
    "since schema version 2 it is slotCount",
  );
  assertStringIncludes(
    mistakes("schemaVersion: 1\nname: x\nexpect: { hardware: any }")[0]!,
    "expect.hardware: went away after schema version 1: the raw tree of lshw",
  );
});

Deno.test("parseSpec() says in few words what is wrong with a key or a value of any length", () => {
  const long = "k".repeat(900_000);
  for (const text of [`name: x\nexpect: { ${long}: x }`, `name: x\nexpect: { cpu: { sockets: "${long}" } }`]) {
    const { message } = assertThrows(() => parseSpec(text, "x.yaml"), SpecError, "x.yaml:2: expect.");
    assertLess(message.length, 4_000);
  }
});
