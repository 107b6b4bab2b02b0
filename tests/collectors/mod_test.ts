import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import type { CollectContext, Collected, Collector } from "../../collectors/tools/collector.ts";
import { type Facts, SOURCE_NAMES, type SourceName } from "../../collectors/facts/mod.ts";
import type { Host } from "../../collectors/host/mod.ts";
import { openReplay } from "../../collectors/host/replay.ts";
import type { Lldpad } from "../../collectors/tools/lldptool/mod.ts";
import { collect, collectParts, runCollector, sections } from "../../collectors/mod.ts";
import { uncheckedFactsOf } from "./facts/assembled.ts";
import { withTools } from "./host/support.ts";
import { stubHost } from "./stub_host.ts";
import { makeMachine, nic } from "./tools/kernel/tree.ts";
import { slowness } from "../load.ts";

const HOST = stubHost(() => undefined);

/** Runs a collector that does what `collect` says, with a limit of its own of `timeoutMs`. */
function run(
  collect: (context: CollectContext<string>) => Promise<Collected<string>>,
  { timeoutMs = 1000, ...options }: { timeoutMs?: number; wholeMs?: number; signal?: AbortSignal } = {},
) {
  const collector: Collector<string> = {
    name: "lshw",
    timeoutMs,
    collect: (_, context) => collect(context),
  };
  return runCollector(collector, HOST, { timeoutMs: options.wholeMs ?? 60_000, signal: options.signal });
}

/** A collector's work that ends only when it is told to, with `last`. */
function untilTold(last: Collected<string>) {
  return ({ signal }: CollectContext<string>) =>
    new Promise<Collected<string>>((resolve) => signal.addEventListener("abort", () => resolve(last)));
}

Deno.test("runCollector() gives value, status and the time that it took", async () => {
  const { source: { elapsedMs, ...source }, value, collectedAt } = await run(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { status: "ok", version: "1.2", value: "known", notes: ["a note"] };
  });
  assertEquals(source, { status: "ok", version: "1.2", notes: ["a note"] });
  assertEquals(value, "known");
  assert(elapsedMs >= 19, String(elapsedMs));
  assertLess(Math.abs(Date.parse(collectedAt) - Date.now()), 5000);
});

Deno.test("runCollector() counts lines that nobody understood, and shows the first five, short", async () => {
  const lines = ["x".repeat(1000), "b", "c", "d", "e", "f"];
  const { source } = await run(() => Promise.resolve({ status: "ok", value: "v", unparsed: lines }));
  assertEquals(source.unparsed, { count: 6, lines: [`${"x".repeat(200)}…`, "b", "c", "d", "e"] });
  const none = await run(() => Promise.resolve({ status: "ok", value: "v", unparsed: [] }));
  assertEquals("unparsed" in none.source, false);
});

Deno.test("runCollector() turns an error that is thrown into a status", async () => {
  const thrown = await run(() => Promise.reject(new TypeError("what is this")));
  assertEquals(thrown.source.status, "failed");
  assertEquals(thrown.source.error, "internal error: what is this");
  assertEquals("value" in thrown, false);
  const synchronous = await run(() => {
    throw new RangeError("at once");
  });
  assertEquals(synchronous.source.error, "internal error: at once");
});

Deno.test("runCollector() gives up at the collector's own limit, or at that of the whole", async () => {
  const never = () => new Promise<Collected<string>>(() => {});
  for (const options of [{ timeoutMs: 50 }, { timeoutMs: 60_000, wholeMs: 50 }]) {
    const { source, ...part } = await run(never, options);
    assertEquals([source.status, source.error], ["timeout", "given up after 0.05 s"]);
    assertEquals("value" in part, false);
    assertLess(source.elapsedMs, 1000 * slowness());
  }
});

Deno.test("runCollector() takes what a collector makes of its end", async () => {
  const half: Collected<string> = { status: "timeout", value: "half", error: "tool: killed" };
  const { source, value } = await run(untilTold(half), { timeoutMs: 50 });
  assertEquals([source.status, source.error, value], ["timeout", "tool: killed", "half"]);
});

Deno.test("runCollector() falls back to what was handed on where a collector does not end", async () => {
  const { source, value } = await run((context) => {
    context.partial("first");
    context.partial("second");
    return new Promise(() => {});
  }, { timeoutMs: 50 });
  assertEquals([source.status, value], ["timeout", "second"]);
});

Deno.test("runCollector() leaves alone what a collector still does after it was given up", async () => {
  let late: CollectContext<string> | undefined, fail: (error: Error) => void = () => {};
  const part = await run((context) => {
    late = context;
    context.partial("in time");
    return new Promise((_, reject) => fail = reject);
  }, { timeoutMs: 20 });
  late!.partial("too late");
  fail(new Error("too late as well"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(part.value, "in time");
});

Deno.test("runCollector() ends early with the signal, also where that was aborted before", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 30);
  const ended = await run(() => new Promise(() => {}), { signal: stop.signal });
  assertEquals([ended.source.status, ended.source.error], ["timeout", "ended before it was done"]);
  assertLess(ended.source.elapsedMs, 900 * slowness());
  let wasAborted: boolean | undefined;
  const before = await run(({ signal }) => {
    wasAborted = signal.aborted;
    return new Promise(() => {});
  }, { signal: AbortSignal.abort() });
  assertEquals([before.source.status, wasAborted], ["timeout", true]);
});

Deno.test("runCollector() leaves nothing behind at a signal that outlives it", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const counted = new Proxy(signal, {
    get: (target, key) => {
      if (key === "addEventListener") listeners++;
      if (key === "removeEventListener") listeners--;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  for (let i = 0; i < 3; i++) await run(() => Promise.resolve({ status: "ok" }), { signal: counted });
  assertEquals(listeners, 0);
});

Deno.test("collectParts() asks every source, and gives them in one order, whoever answers first", async () => {
  const order = [...SOURCE_NAMES];
  const events: [SourceName, string][] = [];
  const parts = await collectParts(stubHost(() => undefined), {
    onProgress: (name, source) => events.push([name, source?.status ?? "started"]),
  });
  assertEquals(Object.keys(parts), order);
  assertEquals(events.slice(0, order.length), order.map((name) => [name, "started"]));
  const ends = events.slice(order.length);
  assertEquals(ends.map(([name]) => name).sort(), [...order].sort());
  for (const [name, status] of ends) assertEquals(status, parts[name]!.source.status);
});

async function asked(...only: (keyof Facts)[]): Promise<SourceName[]> {
  return Object.keys(await collectParts(HOST, { only })) as SourceName[];
}

Deno.test("collectParts() asks for a section all that has a part in it", async () => {
  const dell = await openReplay(fromFileUrl(new URL("../fixtures/bundles/dell", import.meta.url)));
  const parts = await collectParts(dell);
  // What changes from second to second comes with whatever is asked.
  for (const section of sections().filter((section) => section !== "volatile" && section !== "identity")) {
    const names = await asked(section);
    for (const name of SOURCE_NAMES.filter((name) => section in uncheckedFactsOf({ [name]: parts[name] }))) {
      assert(names.includes(name), `${section} without ${name}`);
    }
  }
});

Deno.test("collectParts() asks the daemon's own lldpad, where it has one", async () => {
  let refreshed = 0;
  const lldpad: Lldpad = {
    isRunning: () => true,
    listenedSeconds: () => undefined,
    refresh: () => Promise.resolve(void refreshed++),
    stop: () => Promise.resolve(),
  };
  await collectParts(HOST, { only: ["lldp"], lldpad });
  assert(refreshed > 0);
});

Deno.test("collectParts() asks only the sources that the sections need", async () => {
  assertEquals(await asked("neighbours"), ["lldptool"]);
  assertEquals(await asked("oemStrings"), ["dmidecode"]);
  assertEquals(await asked("bmc"), ["dmidecode", "ipmitool"]);
  assertEquals(await asked(), []);
});

Deno.test("sections() names every section of the facts once, without what is always there", () => {
  const names = sections();
  assertEquals(new Set(names).size, names.length);
  for (const always of ["schemaVersion", "agentVersion", "collectedAt", "sources"] as const) {
    assertEquals(names.includes(always), false, always);
  }
  for (const name of ["system", "memory", "disks", "nics", "lldp", "bmc", "volatile"] as const) {
    assert(names.includes(name), name);
  }
});

Deno.test("collect() comes back with the others' facts where a file of the host never answers", async () => {
  const host: Host = { ...stubHost(() => undefined), read: () => new Promise(() => {}) };
  const began = performance.now();
  const { facts: { sources, identity } } = await collect(host, "4.0.0", { timeoutMs: 100 });
  assertLess(performance.now() - began, 1500 * slowness());
  assertEquals([sources.hostfs!.status, sources.lscpu!.status], ["timeout", "missing"]);
  assertEquals(identity, { uuidSource: "none", macs: [] });
});

Deno.test("collectParts() blames a defect of the host on the source that met it", async () => {
  const host: Host = {
    ...stubHost(() => undefined),
    list: (path) => {
      if (path.startsWith("/sys/bus")) throw new TypeError("a defect");
      return Promise.resolve({ why: "absent", message: path });
    },
  };
  const parts = await collectParts(host);
  assertEquals([parts.hostfs!.source.status, parts.hostfs!.source.error?.includes("pci: a defect")], ["failed", true]);
  assertEquals(parts.lshw!.source.status, "missing");
});

Deno.test("collectParts() ends tools that hang at the deadline of the whole, and takes what they had printed", async () => {
  const header = "# dmidecode 3.4\nSMBIOS 3.2.0 present.\n";
  const one = "Handle 0x0100, DMI type 1, 27 bytes\nSystem Information\n\tManufacturer: ACME\n";
  const two = "Handle 0x0200, DMI type 2, 15 bytes\nBase Board Information\n\tManufac";
  const tools = {
    dmidecode: `printf '${
      `${header}\n${one}\n${two}`.replaceAll("\n", "\\n").replaceAll("\t", "\\t")
    }'; exec sleep 1000`,
    lshw: "exec sleep 1000",
    lscpu: "exec sleep 1000",
    ipmitool: "exec sleep 1000",
  };
  await withTools(tools, async (host) => {
    const { dmidecode, lshw, lscpu } = await collectParts(host, { timeoutMs: 2_000 * slowness() });
    assertEquals(dmidecode!.source.status, "timeout");
    assertEquals(uncheckedFactsOf({ dmidecode: dmidecode! }).system, { manufacturer: "ACME" });
    assertEquals([lshw!.source.status, lscpu!.source.status], ["timeout", "timeout"]);
    assertEquals(host.stuck(), 0);
  });
});

Deno.test("collect() gives facts with the version and the time, even of a machine that says nothing", async () => {
  const { facts, parts } = await collect(stubHost(() => undefined), "9.9.9");
  assertEquals(Object.keys(parts), [...SOURCE_NAMES]);
  assertEquals(facts.agentVersion, "9.9.9");
  assertEquals(facts.identity, { uuidSource: "none", macs: [] });
  assertEquals(Object.keys(facts).sort(), ["agentVersion", "collectedAt", "identity", "schemaVersion", "sources"]);
  assertLess(Math.abs(Date.parse(facts.collectedAt) - Date.now()), 5000);
});

Deno.test("collect() notes why the identity may be another machine's too", async () => {
  const path = "pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/net/enx7a";
  await using machine = await makeMachine({
    "proc/version": "Linux",
    "proc/cmdline": "quiet",
    ...nic(path, { address: "7a:c9:00:00:00:a0", addr_assign_type: "0" }),
  });
  const { facts } = await collect(machine.host, "0.0.0", { only: ["nics"] });
  assertEquals(facts.identity.macs, ["7a:c9:00:00:00:a0"]);
  const note = facts.sources.hostfs?.notes?.find((note) => note.startsWith("mac_id"));
  assertMatch(note ?? "", /7a:c9:00:00:00:a0.*this machine has no others$/);
});
