import { assert, assertEquals, assertThrows } from "@std/assert";
import { fromFileUrl } from "@std/path";
import fc from "fast-check";
import type { HardwareNode } from "../../../../collectors/tools/lshw/node.ts";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { lshwCollector, parseLshw } from "../../../../collectors/tools/lshw/mod.ts";
import { walk } from "../../../../collectors/tools/lshw/tree.ts";
import { ParseError } from "../../../../collectors/tools/parsing.ts";
import { evaluate } from "../../../evaluate.ts";
import { withFolder } from "../../host/support.ts";
import { assertPlain, damaged } from "../../mutations.ts";
import { stubHost } from "../../stub_host.ts";

function fixture(name: string): string {
  return Deno.readTextFileSync(fromFileUrl(new URL(`../../../fixtures/lshw/${name}`, import.meta.url)));
}

function nodes(text: string): HardwareNode[] {
  return [...walk(parseLshw(text).value)].map(({ node }) => node);
}

function node(text: string): HardwareNode {
  const { value, unparsed } = parseLshw(text);
  assertEquals(unparsed, []);
  assertEquals(value.length, 1);
  return value[0]!;
}

const CONTEXT = { signal: new AbortController().signal, partial() {} };

Deno.test("parseLshw() reads the whole tree of a machine", () => {
  const text = fixture("full.json");
  const all = nodes(text);
  assertEquals(parseLshw(text).unparsed, []);
  assertEquals(all.length, text.match(/"id" :/g)!.length);
  assertEquals(all[0]!.class, "system");
  assertEquals(all.find(({ id }) => id === "virtio2"), {
    id: "virtio2",
    class: "network",
    claimed: true,
    description: "Ethernet interface",
    physId: "0",
    busInfo: "virtio@2",
    logicalNames: ["eth0"],
    serial: "02:fc:00:00:00:01",
    configuration: [
      { name: "autonegotiation", value: "off" },
      { name: "broadcast", value: "yes" },
      { name: "driver", value: "virtio_net" },
      { name: "driverversion", value: "1.0.0" },
      { name: "ip", value: "192.0.2.2" },
      { name: "link", value: "yes" },
      { name: "multicast", value: "yes" },
    ],
    capabilities: [{ name: "ethernet", value: "true" }, { name: "physical", value: "Physical interface" }],
  });
});

Deno.test("parseLshw() reads a class listing, and one without entries", () => {
  assertEquals(nodes(fixture("class.json")).map(({ id }) => id), ["network", "virtio2"]);
  assertEquals(parseLshw(fixture("empty-class.json")), { value: [], unparsed: [] });
});

Deno.test("parseLshw() reads entries that stand one behind the other, without a list or commas", () => {
  assertEquals(nodes('{"id":"a","class":"disk"},\n{"id":"b","class":"disk"}\n{"id":"c","class":"disk"},').length, 3);
});

Deno.test("parseLshw() takes the warnings to a plain user for no part of the tree", () => {
  const { value, unparsed } = parseLshw(
    fixture("plain-user.err") + fixture("plain-user.json") + fixture("plain-user.err"),
  );
  assertEquals(unparsed, []);
  assertEquals(value, parseLshw(fixture("plain-user.json")).value);
});

Deno.test("parseLshw() reads names of mount points that lshw did not escape", () => {
  const { value, unparsed } = parseLshw(fixture("odd-mount-points.json"));
  assertEquals(unparsed, []);
  const disk = [...walk(value)].find(({ node }) => node.logicalNames?.includes("/dev/vda"))!.node;
  assertEquals(disk.logicalNames!.slice(3), [
    '/run/hnl_odd/a "quoted" name',
    "/run/hnl_odd/back\\slash",
    "/run/hnl_odd/ends in \\",
    "/run/hnl_odd/twolines",
    "/run/hnl_odd/latin-1",
    "/run/hnl_odd/bell",
    // A name that holds `", "` cannot be told from two.
    "/run/hnl_odd/comma",
    "x",
  ]);
});

Deno.test("parseLshw() keeps lshw's numbers and units, and reads numbers in quotes", () => {
  assertEquals(node('{"id":"a","class":"disk","units":"bytes","size":"2000398934016","capacity":0,"clock":33000000}'), {
    id: "a",
    class: "disk",
    units: "bytes",
    size: 2000398934016,
    capacity: 0,
    clock: 33000000,
  });
});

Deno.test("parseLshw() keeps keys that it does not know, and known ones of another form, in other", () => {
  const text = '{"id":"a","class":"disk","slot":{"x":[1]},"size":"big","hints":[true],"note":null,"product":" "}';
  assertEquals(node(text), {
    id: "a",
    class: "disk",
    other: [{ name: "slot", value: '{"x":[1]}' }, { name: "size", value: "big" }, { name: "hints", value: "[true]" }],
  });
});

Deno.test("parseLshw() gives a node without an id its class's name, and one without a class lshw's word for none", () => {
  const [root] = parseLshw('{"id":"x","children":[{"class":"disk"}]}').value;
  assertEquals(root, { id: "x", class: "generic", children: [{ id: "disk", class: "disk" }] });
});

Deno.test("parseLshw() reports what stands among the children and is no node", () => {
  const { value, unparsed } = parseLshw('{"id":"x","class":"bus","children":["a",\n{"product":"b"}]}');
  assertEquals(value, [{ id: "x", class: "bus" }]);
  assertEquals(unparsed, [{ line: 1, text: "a" }, { line: 2, text: '{"product":"b"}' }]);
});

Deno.test("parseLshw() keeps nodes whose place is lost below the one that they stand in", () => {
  const [root] = parseLshw('{"id":"x","class":"bus",\n{"id":"y","class":"disk"}\n}').value;
  assertEquals(root!.children, [{ id: "y", class: "disk" }]);
});

Deno.test("parseLshw() is not led astray by names of Object's own", () => {
  const text = '{"id":"__proto__","class":"constructor","__proto__":{"id":"y"},"capabilities":{"__proto__":true}}';
  const parsed = node(text);
  assertEquals(parsed.capabilities, [{ name: "__proto__", value: "true" }]);
  assertEquals(parsed.other, [{ name: "__proto__", value: '{"id":"y"}' }]);
  assertEquals(Object.getPrototypeOf(parsed), Object.prototype);
});

Deno.test("parseLshw() keeps all that was printed before a cut, and no half value", () => {
  const text = fixture("full.json");
  const whole = nodes(text);
  const isPart = (part: unknown, of: unknown) => of !== undefined && JSON.stringify(of).includes(JSON.stringify(part));
  for (let length = text.indexOf('"class"'); length < text.length; length += 41) {
    const cut = text.slice(0, length);
    const { value, unparsed } = parseLshw(cut);
    const kept = [...walk(value)].map(({ node }) => node);
    assertEquals(kept.length, cut.match(/"id" : "[^"\n]*"/g)!.length);
    for (const [i, { children: _, ...own }] of kept.entries()) {
      for (const [key, held] of Object.entries(own)) {
        // Cut between id and class.
        if (key === "class" && held === "generic" && i === kept.length - 1) continue;
        const original = whole[i]![key as keyof HardwareNode];
        const parts = Array.isArray(held) ? held : [held];
        assert(parts.every((part) => isPart(part, original)), `${key} at ${length}: ${JSON.stringify(held)}`);
        if (!Array.isArray(held)) assertEquals<unknown>(held, original);
      }
    }
    assert(unparsed.length >= 1, `no word of the cut at ${length}`);
  }
});

Deno.test("parseLshw() survives nesting of any depth", () => {
  const depth = 50_000;
  const text = '{"id":"a","class":"bus","children":['.repeat(depth) + "]}".repeat(depth);
  const { value, unparsed } = parseLshw(text);
  const deepest = [...walk(value)].at(-1)!;
  assert(deepest.path.split("/").length > 25);
  assert(unparsed.length > 0);
});

for (
  const [what, text] of [
    ["nothing", ""],
    ["an error message", "lshw: command not found\n"],
    ["lshw's text form", "vm\n    description: Computer\n    width: 64 bits\n"],
    ["another tool's JSON", '{"lscpu": [{"field": "Architecture:", "data": "x86_64"}]}'],
    ["a list that was cut off", "[\n"],
  ] as const
) {
  Deno.test(`parseLshw() refuses ${what}`, () => {
    assertThrows(() => parseLshw(text), ParseError, "a node of lshw -json");
  });
}

Deno.test("parseLshw() throws but ParseError, and gives plain JSON, whatever happened to its input", () => {
  const samples = ["full.json", "odd-mount-points.json", "class.json"].map(fixture);
  fc.assert(
    fc.property(damaged(samples), (text) => {
      try {
        assertPlain(parseLshw(text).value);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("walk() gives every node with the ids down to it, without the host's name", () => {
  const tree = parseLshw(
    '{"id":"web01","class":"system","children":[{"id":"core","class":"bus","children":[' +
      '{"id":"cpu:0","class":"processor"},{"id":"cpu:1","class":"processor"}]},{"id":"power","class":"power"}]}',
  ).value;
  assertEquals([...walk(tree)].map(({ path }) => path), ["", "core", "core/cpu:0", "core/cpu:1", "power"]);
  assertEquals([...walk(tree)].map(({ node }) => node.id), ["web01", "core", "cpu:0", "cpu:1", "power"]);
});

Deno.test("walk() begins the paths of several roots with their ids", () => {
  const list = parseLshw('[{"id":"a","class":"bus","children":[{"id":"c","class":"disk"}]},{"id":"b","class":"bus"}]');
  assertEquals([...walk(list.value)].map(({ path }) => path), ["a", "a/c", "b"]);
});

Deno.test("lshwCollector runs lshw once, for everything", async () => {
  const host = stubHost(() => ({ stdout: fixture("full.json") }));
  const collected = await lshwCollector.collect(host, CONTEXT);
  assertEquals(host.calls, [["lshw", "-json"]]);
  assertEquals(collected, { status: "ok", value: parseLshw(fixture("full.json")).value, unparsed: [] });
});

Deno.test("lshwCollector notes what a plain user misses", async () => {
  const host = stubHost(() => ({ stdout: fixture("plain-user.json"), stderr: fixture("plain-user.err") }));
  const { status, notes } = await lshwCollector.collect(host, CONTEXT);
  assertEquals([status, notes], ["ok", ["lshw needs root for serial numbers, DIMMs and what is on disks"]]);
});

Deno.test("lshwCollector keeps what lshw printed before it was killed", async () => {
  const stdout = fixture("full.json").slice(0, 6000);
  const host = stubHost(() => ({ failure: "timeout", stdout, elapsedMs: 45_000 }));
  const { status, value, error } = await lshwCollector.collect(host, CONTEXT);
  assertEquals([status, error], ["timeout", "lshw: killed after 45.0 s without an end"]);
  assertEquals(value, parseLshw(stdout).value);
});

Deno.test("lshwCollector says that lshw is not installed, failed or printed something else", async () => {
  const missing = await lshwCollector.collect(stubHost(() => undefined), CONTEXT);
  assertEquals(missing, { status: "missing", error: "lshw: not installed" });
  const failed = await lshwCollector.collect(stubHost(() => ({ failure: "failed", code: 1, stderr: "no" })), CONTEXT);
  assertEquals(failed, { status: "failed", error: "lshw: exit code 1: no" });
  const flood = await lshwCollector.collect(stubHost(() => ({ failure: "flood", stdout: "x" })), CONTEXT);
  assertEquals(flood.status, "failed");
  const noise = await lshwCollector.collect(stubHost(() => ({ stdout: "\x7fELF" })), CONTEXT);
  assertEquals([noise.status, noise.value], ["failed", undefined]);
});

Deno.test("lshwCollector reads the machine that the test runs on", async () => {
  const collected = await lshwCollector.collect(createLocalHost(), CONTEXT);
  if (collected.status === "missing") return console.log("skipped: lshw is not installed");
  assertEquals(collected.status, "ok");
  assertEquals(collected.unparsed, []);
  const all = [...walk(collected.value!)];
  assertEquals([all[0]!.node.class, all[0]!.path], ["system", ""]);
  assert(all.some(({ node }) => node.class === "processor"));
});

Deno.test("lshwCollector gives the same wherever this program is", async () => {
  const reference = await lshwCollector.collect(createLocalHost(), CONTEXT);
  if (reference.status === "missing") return console.log("skipped: lshw is not installed");
  await withFolder(async (folder) => {
    await Deno.mkdir(`${folder}/12/34`, { recursive: true });
    const code = `import { createLocalHost } from "${import.meta.resolve("../../../../collectors/host/local.ts")}";
      import { lshwCollector } from "${import.meta.resolve("../../../../collectors/tools/lshw/mod.ts")}";
      const context = { signal: new AbortController().signal, partial() {} };
      console.log(JSON.stringify((await lshwCollector.collect(createLocalHost(), context)).value));`;
    const value = await evaluate(code, { cwd: folder }) as HardwareNode[];
    const ids = (all: HardwareNode[] = []) => [...walk(all)].map(({ path }) => path);
    assertEquals(ids(value), ids(reference.value));
  });
});
