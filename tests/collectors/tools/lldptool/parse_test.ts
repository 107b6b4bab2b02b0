import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Neighbour } from "../../../../collectors/facts/mod.ts";
import { decode } from "../../../../collectors/host/mod.ts";
import { parseLldptool } from "../../../../collectors/tools/lldptool/mod.ts";
import { ParseError } from "../../../../collectors/tools/parsing.ts";
import { slowness } from "../../../load.ts";
import { assertPlain, damaged, orTooMuch } from "../../mutations.ts";

function fixture(name: string): string {
  return decode(Deno.readFileSync(new URL(`../../../fixtures/lldptool/${name}.txt`, import.meta.url)));
}

/** What is heard where every line is understood. */
function heard(text: string): Omit<Neighbour, "interface"> {
  const { value, unparsed } = parseLldptool(text);
  assertEquals(unparsed, []);
  return value;
}

const MANDATORY = "Chassis ID TLV\n\tMAC: 52:54:00:0b:00:02\nPort ID TLV\n\tIfname: Eth1/2\nTime to Live TLV\n\t120\n";

/** What is heard of a frame with these TLVs behind the mandatory ones. */
function heardBeside(tlvs: string): Omit<Neighbour, "interface"> {
  const { chassisId: _chassis, portId: _port, ttlSeconds: _ttl, ...rest } = heard(
    `${MANDATORY}${tlvs}End of LLDPDU TLV\n`,
  );
  return rest;
}

Deno.test("parseLldptool() reads every TLV that facts have a place for", () => {
  assertEquals(heard(fixture("switch")), {
    chassisId: { subtype: "MAC", value: "52:54:00:0b:00:00" },
    portId: { subtype: "Ifname", value: "Ethernet1/7" },
    ttlSeconds: 120,
    portDescription: "r07u12 eth0 [prod] desc: uplink, VLAN 100",
    systemName: "tor-a1.lab.example",
    systemDescription:
      "Example NOS 7.1(4)N1(1)\nTAC support: http://www.example.com/tac\nCopyright (c) 2024, Example Systems",
    capabilities: { available: ["Bridge", "Router"], enabled: ["Router"] },
    managementAddresses: [
      { family: "IPv4", address: "192.0.2.1", interfaceSubtype: "Ifindex", interfaceNumber: 83886080 },
      { family: "IPv6", address: "2001:db8:7::1", interfaceSubtype: "System port number", interfaceNumber: 4294967295 },
    ],
    pvid: 100,
    ppvids: [{ id: 10, supported: true }],
    vlans: [{ id: 100, name: "prod" }, { id: 200, name: "storage" }, { id: 300 }],
    linkAggregation: { capable: true, enabled: true, portId: 42 },
    macPhy: { autoNegotiationSupported: true, autoNegotiationEnabled: true, pmd: "0x6c11", mau: "1000 BaseTFD" },
    powerViaMdi: [
      { name: "Port class", value: "PSE" },
      { name: "PSE MDI power", value: "supported and enabled" },
      { name: "PSE pairs", value: "controllable" },
      { name: "PSE Power pair", value: "spare" },
      { name: "Power class", value: "5" },
    ],
    maxFrameBytes: 9216,
    med: {
      deviceType: "netcon",
      capabilities: [
        "LLDP-MED",
        "Network Policy",
        "Location Identification",
        "Extended Power via MDI-PSE",
        "Inventory",
      ],
      policies: [[
        { name: "Application Type", value: "Voice" },
        { name: "Policy", value: "defined" },
        { name: "Tagged", value: "yes" },
        { name: "VLAN ID", value: "500" },
        { name: "Layer 2 Priority", value: "5" },
        { name: "DSCP", value: "46" },
      ]],
      location: ["ELIN 15555550100"],
      extendedPower: [
        { name: "Power Type", value: "PSE" },
        { name: "Power Source", value: "primary" },
        { name: "Power Priority", value: "low" },
        { name: "Power Value", value: "5.8 W" },
      ],
      hardwareRevision: "HW-1",
      firmwareRevision: "FW-2",
      softwareRevision: "SW-3",
      serialNumber: "SER:4",
      manufacturer: "Example Systems",
      model: "EX-48",
      assetId: "ASSET 7",
    },
    unknownTlvs: [
      { oui: "00:80:c2", subtype: 4, name: "Protocol Identity TLV", text: "88.cc." },
      { type: 10, hex: "0102" },
      { oui: "00:00:5e", subtype: 7, hex: "0102ff" },
    ],
  });
});

Deno.test("parseLldptool() takes what looks like a heading in a description for text where it can be told", () => {
  const { portId, portDescription, systemName, systemDescription, powerViaMdi } = heard(fixture("forged"));
  assertEquals(portId, { subtype: "Ifname", value: "Ethernet1/7" });
  assertEquals(portDescription, "evil\nPort ID TLV\n\tLocal: forged\nEnd of LLDPDU TLV");
  assertEquals(systemName, "real-switch");
  assertEquals(systemDescription, "one\nSystem Name TLV\nis what this line says\nthreeé");
  assertEquals(powerViaMdi?.at(-1), { name: "PSE allocated power", value: "15.0 W" });
  assertEquals(heardBeside("System Description TLV\n\tone\nFuture TLV\n\ttwo\n"), {
    systemDescription: "one\nFuture TLV\n\ttwo",
  });
});

Deno.test("parseLldptool() finds a heading that stands on the line of a TLV without content", () => {
  assertEquals(heard(fixture("joined")), {
    portId: { subtype: "Ifname", value: "Ethernet1/7" },
    ttlSeconds: 120,
    systemName: "no chassis",
  });
  assertEquals(heardBeside("Management Address TLV\n\tPort VLAN ID TLV\n\tPVID: 7\n"), { pvid: 7 });
  assertEquals(heard(`${MANDATORY}Management Address TLV\n\tEnd of LLDPDU TLV\n`).managementAddresses, undefined);
  assertEquals(heardBeside("System Name TLV\n\tPort VLAN ID TLV\n"), { systemName: "Port VLAN ID TLV" });
});

Deno.test("parseLldptool() gives nothing for no neighbour, and throws for what is none", () => {
  assertEquals(parseLldptool(""), { value: {}, unparsed: [], tlvs: [] });
  assertEquals(parseLldptool("\n"), { value: {}, unparsed: [], tlvs: [] });
  for (
    const text of ["Device not found or inactive \n", "adminStatus=rx\n", "25265\n", "\0\x01\xff", "TLV TLV\n\tTLV"]
  ) {
    assertThrows(() => parseLldptool(text), ParseError, "lldptool: line 1");
  }
});

Deno.test("parseLldptool() reads older forms: octets, blanks for tabs, power in one line", () => {
  const raw = (oui: string, subtype: number, info: string) =>
    heardBeside(`Unidentified Org Specific TLV\n\tOUI: 0x${oui}, Subtype: ${subtype}, Info: ${info}\n`);
  assertEquals(raw("0080c2", 1, "0064"), { pvid: 100 });
  assertEquals(raw("0080C2", 1, "0000"), {});
  assertEquals(raw("0080c2", 2, "06000a"), { ppvids: [{ id: 10, supported: true, enabled: true }] });
  assertEquals(raw("0080c2", 3, "000a0474656e21"), { vlans: [{ id: 10, name: "ten!" }] });
  assertEquals(raw("0080c2", 7, "0100000000"), { linkAggregation: { capable: true, enabled: false } });
  assertEquals(raw("00120f", 2, "080201").powerViaMdi?.map(({ value }) => value), [
    "PD",
    "not supported",
    "controllable",
    "spare",
    "2",
  ]);
  assertEquals(raw("00120f", 2, "0802").powerViaMdi, undefined);
  assertEquals(raw("00120f", 3, "030000002a"), { linkAggregation: { capable: true, enabled: true, portId: 42 } });
  assertEquals(raw("00120f", 4, "2400"), { maxFrameBytes: 9216 });
  assertEquals(raw("00120f", 1, "036c11001e").macPhy?.pmd, "0x6c11");
  // 802.3af's three octets, before 802.3at added the watts.
  assertEquals(raw("00120f", 2, "070104").powerViaMdi, [
    { name: "Port class", value: "PSE" },
    { name: "PSE MDI power", value: "supported and enabled" },
    { name: "PSE pairs", value: "not controllable" },
    { name: "PSE Power pair", value: "signal" },
    { name: "Power class", value: "5" },
  ]);
  assertEquals(raw("0012bb", 1, "002104").med, { deviceType: "netcon", capabilities: ["LLDP-MED", "Inventory"] });
  assertEquals(raw("0012bb", 10, "506f7274203700").med, { model: "Port 7" });
  assertEquals(raw("0080c2", 1, "00").unknownTlvs, [
    { oui: "00:80:c2", subtype: 1, name: "Port VLAN ID TLV", hex: "00" },
  ]);
  assertEquals(raw("0080c2", 4, "").unknownTlvs, [{ oui: "00:80:c2", subtype: 4, name: "Protocol Identity TLV" }]);

  const blanks = fixture("switch").replaceAll("\t", "        ");
  assertEquals(heard(blanks), heard(fixture("switch")));
  assertEquals(heard(fixture("switch").replaceAll(/^\t/gm, "")).vlans?.length, 3);
  assertEquals(
    heardBeside(
      "Power via MDI TLV\n\tPort class PD, PSE MDI power not supported, PSE pairs not controllable, " +
        "PSE Power pair: unkwown [0], Power class 1\n",
    ).powerViaMdi?.map(({ value }) => value),
    ["PD", "not supported", "not controllable", "unkwown [0]", "1"],
  );
});

Deno.test("parseLldptool() reads protocol VLANs in hexadecimal", () => {
  const ppvids = (words: string) => heardBeside(`Port and Protocol VLAN ID TLV\n\tPVID: ${words}\n`).ppvids;
  assertEquals(ppvids("1f4, supported, not enabled"), [{ id: 500, supported: true }]);
  assertEquals(ppvids("64, not supported, not enabled"), [{ id: 100, supported: false }]);
});

Deno.test("parseLldptool() keeps what no field has room for, and what comes twice", () => {
  assertEquals(heardBeside("System Name TLV\n\tfirst\nSystem Name TLV\n\tsecond\n"), {
    systemName: "first",
    unknownTlvs: [{ name: "System Name TLV", text: "second" }],
  });
  assertEquals(heardBeside("Port VLAN ID TLV\n\tPVID: unsupported\nFuture TLV\n\t a: 1\n\t b: 2\n"), {
    unknownTlvs: [{ name: "Future TLV", text: "a: 1\nb: 2" }],
  });
  assertEquals(heardBeside("Maximum Frame Size TLV\n\tBad MTU TLV: 01\n").unknownTlvs, [
    { oui: "00:12:0f", subtype: 4, name: "Maximum Frame Size TLV", text: "Bad MTU TLV: 01" },
  ]);
  for (
    const [heading, half] of [
      ["System Capabilities TLV", "System capabilities:  Bridge, Router"],
      ["LLDP-MED Capabilities TLV", "Device Type:  netcon"],
      ["Power via MDI TLV", "Bad Power Via MDI TLV: 070"],
    ] as const
  ) assertEquals(heardBeside(`${heading}\n\t${half}\n`).unknownTlvs?.map(({ text }) => text), [half]);
  assertEquals(heard("Chassis ID TLV\n\tBad Chassis ID: 0901\n").unknownTlvs?.length, 1);
  assertEquals(heard("Port ID TLV\n\tIfname: \n").unknownTlvs, [{ name: "Port ID TLV", text: "Ifname:" }]);
  assertEquals(heard("Port ID TLV\n\tNetwork Address Type 16: 0102\n").portId, {
    subtype: "Network Address Type 16",
    value: "0102",
  });
});

Deno.test("parseLldptool() ends a VLAN's name where 802.1Q does, and where the next TLV begins", () => {
  const name = "a name of thirty-two characters!";
  const next = "Additional Ethernet Capabilities TLV\n\tPreemption capability supported\n";
  for (const behind of ["", "Ð:2_ß\x7f", "'\nU"]) {
    assertEquals(heardBeside(`VLAN Name TLV\n\tVID 100: Name ${name}${behind}\n${next}`), {
      vlans: [{ id: 100, name }],
      unknownTlvs: [{
        oui: "00:12:0f",
        subtype: 7,
        name: "Additional Ethernet Capabilities TLV",
        text: "Preemption capability supported",
      }],
    });
  }
});

Deno.test("parseLldptool() trims names of blanks and NULs, and takes an empty one for none", () => {
  assertEquals(heardBeside("System Name TLV\n\t  my  switch \0\0\n").systemName, "my  switch");
  assertEquals(heardBeside("System Name TLV\n\t\nPort Description TLV\n\t\0\0\n"), {});
  assertEquals(heardBeside("System Name TLV\n\t__proto__\n").systemName, "__proto__");
});

Deno.test("parseLldptool() gives back the lines that it does not understand", () => {
  const { value, unparsed } = parseLldptool(`# lldptool\n${MANDATORY}oops\nEnd of LLDPDU TLV\n\nroot@node:~#\n`);
  assertEquals(value.ttlSeconds, 120);
  assertEquals(unparsed, [
    { line: 1, text: "# lldptool" },
    { line: 8, text: "oops" },
    { line: 11, text: "root@node:~#" },
  ]);
});

Deno.test("parseLldptool() throws nothing but ParseError, whatever happens to the text", () => {
  fc.assert(
    fc.property(fc.oneof(damaged([fixture("switch"), fixture("forged")]), fc.string({ unit: "binary" })), (text) => {
      try {
        assertPlain(parseLldptool(text).value);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("parseLldptool() loses no TLV but those above and below a noisy line", () => {
  const lines = fixture("switch").split("\n");
  const whole = Object.keys(heard(fixture("switch"))).length;
  fc.assert(
    fc.property(fc.nat(lines.length - 1), (at) => {
      const { value } = parseLldptool(lines.toSpliced(at, 0, "\x1b[31mnoise\0\xff").join("\n"));
      return Object.keys(value).length >= whole - 2;
    }),
  );
});

Deno.test("parseLldptool() takes time in proportion to the text", () => {
  const texts = {
    "a line of 1 MB": `${MANDATORY}System Name TLV\n\t${"x".repeat(1e6)}\n`,
    "1 MB of blanks": `${MANDATORY}System Name TLV\n\t${" ".repeat(1e6)}x\n${"\t".repeat(1e6)}\nx`,
    "1 MB of NULs": `${MANDATORY}System Name TLV\n\t${"\0".repeat(1e6)}x\n`,
    "1 MB of NULs and blanks": `${MANDATORY}System Name TLV\n\tx${"\0 ".repeat(5e5)}\n`,
    "1 MB of commas": `${MANDATORY}Power via MDI TLV\n\tPort class${", ".repeat(5e5)}\n`,
    "30,000 addresses": MANDATORY + "Management Address TLV\n\tIPv4: 192.0.2.1\n".repeat(3e4),
    "30,000 names": MANDATORY + "System Name TLV\n\tx\n".repeat(3e4),
    "60,000 ends": MANDATORY + "End of LLDPDU TLV\n".repeat(6e4),
    "1 MB of hex": `${MANDATORY}VLAN Name TLV\n\tBad VLAN Name TLV: ${"00".repeat(5e5)}\n`,
  };
  for (const [what, text] of Object.entries(texts)) {
    const began = performance.now();
    orTooMuch(() => parseLldptool(text));
    const took = performance.now() - began;
    if (took > 1500 * slowness()) throw new Error(`${what}: ${took} ms`);
  }
});
