/** The page as a text: what it holds, and what it must not. */
import { assert, assertEquals, assertLess, assertMatch, assertStringIncludes } from "@std/assert";
import type { Facts } from "../../../../collectors/facts/mod.ts";
import { changes } from "../../../../collectors/judge/diff.ts";
import { fleetPage } from "../../../../collectors/show/page/fleet.ts";
import { anchor, markup, plain } from "../../../../collectors/show/page/markup.ts";
import { machinePage } from "../../../../collectors/show/page/mod.ts";
import { hostileFacts } from "../../../browser/hostile.ts";
import { corpusMachines, recordedMachines } from "../../../browser/machines.ts";
import { uncheckedFactsOf } from "../../facts/assembled.ts";

const recorded = await recordedMachines();
const dell = recorded.find(({ name }) => name === "dell")!.facts;

/** What the page escapes, back again. */
function unescape(text: string): string {
  const characters: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => characters[name]!);
}

/** The text of a page without its markup, style and script. */
function textOf(html: string): string {
  return unescape(html.replace(/<(style|script)>[^]*?<\/\1>/g, "").replace(/<[^>]*>/g, " ")).replace(/\s+/g, " ");
}

Deno.test("markup escapes whatever is no markup", () => {
  const text = `<b title='"'>&`;
  assertEquals(
    markup`<i title="${text}">${[text, markup`<br>`, 1, false, undefined]}</i>`.html,
    `<i title="&lt;b title=&#39;&quot;&#39;&gt;&amp;">&lt;b title=&#39;&quot;&#39;&gt;&amp;<br>1</i>`,
  );
  assertEquals(plain("a\u0000b\u202ec\nd"), "a b c d");
  assertLess(plain("x".repeat(100_000)).length, 302);
  assertEquals(anchor("m", `disks["><b>]`), "m-disks_b_");
});

Deno.test("a page says no time of a recording that has none", async () => {
  const when = (html: string) => /<p class="when">([^<]*)/.exec(html)?.[1];
  assertMatch(when(await machinePage(dell)) ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d UTC by hnl_mk \d/);
  assertEquals(when(await machinePage(dell, undefined, true)), "recorded at an unknown time");
});

Deno.test("a page allows its own style and script alone, and asks for nothing", async () => {
  const html = await machinePage(dell);
  const policy = unescape(/http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!);
  for (const [element, directive] of [["style", "style-src"], ["script", "script-src"]]) {
    const text = new RegExp(`<${element}>([^]*?)</${element}>`).exec(html)![1]!;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
    assertStringIncludes(policy, `${directive} 'sha256-${btoa(String.fromCharCode(...digest))}'`);
  }
  assertMatch(policy, /^default-src 'none';/);
  assertEquals(
    [...html.matchAll(/\b(?:src|href|xlink:href|action)="(?!#|data:,")[^"]*"|url\(|@import/g)].map(String),
    [],
  );
});

Deno.test("a page says what the machine is, what is wrong with it and what is in it", async () => {
  const text = textOf(await machinePage(dell));
  const { disks = [], nics = [], memory, findings = [], pci = [] } = dell;
  const known = [
    ...[dell.system!.productName, dell.system!.serialNumber, dell.chassis!.assetTag, dell.bmc!.channels![0]!.ip],
    ...disks.flatMap(({ serialNumber, model }) => [serialNumber, model]),
    ...memory!.dimms!.map(({ serialNumber }) => serialNumber),
    ...nics.map(({ mac }) => mac),
    ...findings.map(({ message }) => message),
    ...pci.map(({ address }) => address),
    "leaf-01 Ethernet1/17",
  ];
  assertEquals(known.filter((word) => word !== undefined && !text.includes(word)), []);
});

Deno.test("every link of a page leads to a place in it, and no id is there twice", async () => {
  const pages = [
    ...await Promise.all(recorded.map(({ facts }) => machinePage(facts))),
    await fleetPage(recorded),
    await machinePage(dell, { facts: recorded[1]!.facts, changes: changes(recorded[1]!.facts, dell) }),
  ];
  for (const html of pages) {
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), []);
    const lost = [...html.matchAll(/ href="#([^"]*)"/g)].map(([, id]) => id).filter((id) => !ids.includes(id));
    assertEquals(lost, []);
  }
});

Deno.test("a hostile machine adds no element and no attribute to its page", async () => {
  for (const { facts, name } of [...recorded, ...corpusMachines().slice(0, 8)]) {
    const kinds = (html: string) => new Set([...html.matchAll(/<[a-z][^\s>]*|\s[a-z-]+="/gi)].map(String));
    const hostile = kinds(await machinePage(hostileFacts(facts)));
    const known = kinds((await Promise.all([facts, dell].map((one) => machinePage(one)))).join(""));
    assertEquals([...hostile].filter((kind) => !known.has(kind)), [], name);
  }
});

Deno.test("a page ends, however much a machine has", async () => {
  const many: Facts = {
    ...dell,
    pci: Array.from(
      { length: 5000 },
      (_, i) => ({ address: `0000:${i}:00.0`, classCode: "020000", product: `p${i % 7}` }),
    ),
    disks: Array.from({ length: 5000 }, (_, i) => ({ name: `sd${i}`, model: "x".repeat(5000) })),
    findings: Array.from({ length: 200 }, (_, i) => (
      { id: "x", level: "error", path: `disks[sd${i}]`, message: "x".repeat(5000), evidence: [] }
    )),
  };
  const html = await machinePage(many);
  assertLess(html.length, 2_500_000);
  assertStringIncludes(html, "and 4000 more");
});

Deno.test("a page of nothing says that nothing was read", async () => {
  const text = textOf(await machinePage(uncheckedFactsOf({})));
  assertStringIncludes(text, "Machine without a name");
  assertStringIncludes(text, "not judged");
  assertStringIncludes(text, "not read");
  assert(!/undefined|NaN|\[object/.test(text), text);
});

Deno.test("no page shows what JavaScript says of a value that is not there", async () => {
  for (const { name, facts } of [...recorded, ...corpusMachines()]) {
    const html = await machinePage(facts);
    assertEquals(
      /\b(undefined|NaN|Infinity|null)\b|\[object/.exec(html.replace(/<script>[^]*?<\/script>/, ""))?.[0],
      undefined,
      name,
    );
  }
});

Deno.test("what went is on the page of a comparison, and marked", async () => {
  const [, ...others] = dell.disks!;
  const after = { ...dell, disks: others };
  const html = await machinePage(after, { facts: dell, changes: changes(dell, after) });
  assertMatch(html, new RegExp(`<tr id="m-disks_${dell.disks![0]!.name}_" class="went">`));
  assertStringIncludes(textOf(html), `disk ${dell.disks![0]!.name} gone`);
});

Deno.test("of equal cards the one with other lanes says how many", async () => {
  const card = (address: string, linkWidth: number) => ({
    address,
    classCode: "030200",
    vendor: "NVIDIA Corporation",
    product: "AD102GL [L40S]",
    linkWidth,
    maxLinkWidth: 16,
  });
  const pci = [card("0000:98:00.0", 16), card("0000:9a:00.0", 16), card("0000:ca:00.0", 8)];
  const text = textOf(await machinePage({ ...dell, pci }));
  assertStringIncludes(text, "ca:00.0 ×8 of ×16");
  assert(!text.includes("98:00.0 ×16"));
});

Deno.test("a deviation of a part says which part and which field it is about", async () => {
  const deviations = [
    { path: "nics[eth0].speedMbps", item: "eth0", expected: "25000", found: "1000" },
    { path: "powerSupplies[1].plugged", item: "1", expected: "true", found: "false" },
    { path: "memory.dimms", expected: "4 × 32 GiB", found: "2 of 4" },
  ];
  const text = textOf(await machinePage({ ...dell, spec: { name: "r740", matches: false, deviations } }));
  for (
    const words of ["eth0 speedMbps: 1000 , expected", "deviation plugged: false , expected", "deviation 2 of 4 ,"]
  ) {
    assertStringIncludes(text, words);
  }
});

Deno.test("slots keep in the drawing what tells them apart", async () => {
  const labels = async (...locators: string[]) => {
    const slots = locators.map((locator) => ({ locator, populated: true }));
    const dimms = locators.map((locator) => ({ locator, sizeBytes: 2 ** 33 }));
    const cpu = { sockets: 1, modelName: "x" };
    const html = await machinePage({ ...dell, cpu, memory: { slots, dimms } });
    const wide = html.slice(0, html.indexOf("</svg>"));
    return [...wide.matchAll(/rotate\(-90\)">([^<]*) · 8 G</g)].map(([, label]) => label);
  };
  assertEquals(await labels("ChannelA-DIMM0", "ChannelA-DIMM1", "ChannelB-DIMM0"), ["A-0", "A-1", "B-0"]);
  assertEquals(await labels("PROC 1 DIMM 1", "PROC 1 DIMM 12"), ["1", "12"]);
  assertEquals(await labels("DIMM_A1", "DIMM_B1"), ["A1", "B1"]);
});
