/** Every recorded `lshw -json`, against counts taken from its text and against the XML and text of the same machine. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { HardwareNode } from "../../collectors/tools/lshw/node.ts";
import { parseLshw } from "../../collectors/tools/lshw/mod.ts";
import { walk } from "../../collectors/tools/lshw/tree.ts";
import { assertPlain } from "../collectors/mutations.ts";
import { CORPUS, filesIn, read } from "./corpus.ts";

function nodesOf(file: string): HardwareNode[] {
  return [...walk(parseLshw(read(file)).value)].map(({ node }) => node);
}

const machines = filesIn("qemu", () => true);
const outputs = [
  ...filesIn("lshw", (name) => name.endsWith(".json") && name !== "MANIFEST.json"),
  "lshw/thisvm-nonroot-json-merged.txt",
  ...machines.flatMap((folder) => filesIn(folder, (name) => /^lshw.*\.json$/.test(name))),
];
const isThere = outputs.length > 1;

Deno.test({ name: "parseLshw() reads every recorded output", ignore: !isThere }, () => {
  let unparsedLines = 0, count = 0;
  for (const file of outputs) {
    const text = read(file);
    const { value, unparsed } = parseLshw(text);
    const nodes = [...walk(value)].map(({ node }) => node);
    assertPlain(value, file);
    assertEquals(nodes.length, text.match(/"id" *:/g)?.length ?? 0, file);
    assertEquals(nodes.filter((node) => node.claimed).length, text.match(/"claimed" *: *true/g)?.length ?? 0, file);
    assertEquals(nodes.filter((node) => node.serial).length, text.match(/"serial" *:/g)?.length ?? 0, file);
    assertEquals(nodes.filter((node) => node.size).length, text.match(/"size" *:/g)?.length ?? 0, file);
    assertEquals(nodes.flatMap((node) => node.other ?? []), [], file);
    unparsedLines += unparsed.length;
    count += nodes.length;
  }
  console.log(`lshw: ${outputs.length} outputs, ${count} nodes, ${unparsedLines} unparsed lines`);
  assertEquals(unparsedLines, 0);
});

Deno.test({ name: "parseLshw() says what the XML of the same run says", ignore: !isThere }, () => {
  for (const name of ["dl360p-gen8", "thisvm-full"]) {
    const nodes = nodesOf(`lshw/${name}.json`), twins = nodesOfXml(read(`lshw/${name}.xml`));
    assertEquals(nodes.length, twins.length, name);
    for (const [i, node] of nodes.entries()) {
      // The two runs were a moment apart, and a processor's size is its clock of that moment.
      const told = asTwin(node), twin = twins[i]!;
      if (node.class === "processor") told.size = twin.size = "";
      assertEquals(told, twin, `${name}: node ${i}, ${node.id}`);
    }
  }
});

Deno.test({ name: "parseLshw() says what the text of the same machine says", ignore: !isThere }, () => {
  const twins = [
    ["lshw/thisvm-full.json", "lshw/thisvm-full.txt"],
    ...machines.map((folder) => [join(folder, "lshw.json"), join(folder, "lshw.txt")]),
  ].filter((pair) => pair.every((file) => filesIn(".", () => true) && exists(file)));
  assert(twins.length >= 3);
  for (const [json, text] of twins) {
    const nodes = nodesOf(json!), lines = read(text!).split("\n");
    assertEquals(nodes.length, 1 + lines.filter((line) => /^ *\*-/.test(line)).length, text);
    const told = nodes.flatMap((node) => [
      ...labelled("description", node.description),
      ...labelled("product", node.product),
      ...labelled("vendor", node.vendor),
      ...labelled("physical id", node.physId),
      ...labelled("bus info", node.busInfo),
      ...(node.logicalNames ?? []).flatMap((name) => labelled("logical name", name)),
      ...labelled("version", node.version),
      ...labelled("date", node.date),
      ...labelled("serial", node.serial),
      ...labelled("slot", node.slot),
      ...labelled("width", node.width && `${node.width} bits`),
    ]);
    const labels = /^ *(description|product|vendor|physical id|bus info|logical name|version|date|serial|slot|width): /;
    assertEquals(told, lines.filter((line) => labels.test(line)).map((line) => line.trim()), text);
  }
});

function exists(file: string): boolean {
  return filesIn(join(file, ".."), (name) => file.endsWith(`/${name}`)).length > 0;
}

function labelled(label: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [`${label}: ${value}`];
}

/** A node's own values by the names of the XML. */
type Twin = Record<string, string>;

const NOT_IN_JSON = ["hint", "resource", "subvendor", "subproduct"];

/** lshw prints one element a line. */
function nodesOfXml(xml: string): Twin[] {
  const nodes: Twin[] = [];
  const open: Twin[] = [];
  for (const line of xml.split("\n").map((line) => line.trim())) {
    const [, tag = "", attributes = "", text = ""] = /^<(\w+) ?([^>]*?) ?\/?>([^<]*)/.exec(line) ?? [];
    const attribute = (name: string) => unescapeXml(new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
    const node = open.at(-1)!;
    if (line === "</node>") open.pop();
    else if (tag === "node") {
      const twin: Twin = { id: attribute("id"), class: attribute("class") };
      for (const name of ["claimed", "disabled", "handle"]) if (attribute(name)) twin[name] = attribute(name);
      nodes.push(twin);
      open.push(twin);
    } else if (tag === "setting") node[`configuration ${attribute("id")}`] = attribute("value");
    else if (tag === "capability") node[`capability ${attribute("id")}`] = unescapeXml(text) || "true";
    else if (tag === "logicalname") node.logicalname = [node.logicalname, unescapeXml(text)].filter(Boolean).join("\n");
    else if (text !== "" && !NOT_IN_JSON.includes(tag)) node[tag] = unescapeXml(text);
  }
  return nodes;
}

function unescapeXml(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&").trim();
}

function asTwin(node: HardwareNode): Twin {
  const { physId, busInfo, logicalNames, configuration, capabilities, children: _, units: __, ...rest } = node;
  const twin: Twin = {};
  for (const [name, value] of Object.entries({ ...rest, physid: physId, businfo: busInfo })) {
    if (value !== undefined) twin[name] = String(value);
  }
  if (logicalNames) twin.logicalname = logicalNames.join("\n");
  for (const { name, value } of configuration ?? []) twin[`configuration ${name}`] = value;
  for (const { name, value } of capabilities ?? []) twin[`capability ${name}`] = value;
  return twin;
}

if (!isThere) console.log(`skipped: no recorded outputs of lshw in ${CORPUS}`);
