/** The daemon with the real collection, of a machine whose ipmitool alone is installed. */
import { assert, assertEquals } from "@std/assert";
import { configForServer } from "../../checkin/config/mod.ts";
import { type Clock, systemClock } from "../../checkin/clock.ts";
import { createLogger } from "../../checkin/log.ts";
import { serve } from "../../checkin/mod.ts";
import { openState } from "../../checkin/state/mod.ts";
import type { Host } from "../../collectors/host/mod.ts";
import { stubHost } from "../collectors/stub_host.ts";
import { fileHost, machineFiles } from "./agent.ts";

const IPMITOOL: Record<string, string> = {
  "mc info": "Device ID                 : 32\nFirmware Revision         : 1.0\n",
  "lan print 1": "IP Address Source       : Static Address\nSNMP Community String   : c0mmun1ty\n",
};

/** A hundred seconds pass in one. */
const FAST: Clock = {
  wall: systemClock.wall,
  monotonic: () => 100 * systemClock.monotonic(),
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};

/** A server that says register, and refuses it in words that the node sent. */
function answer(init?: RequestInit): Response {
  if (init?.method === "GET") {
    return Response.json({ errcode: 0, response: { command_name: "register" }, client_config: {} });
  }
  const body = new TextDecoder().decode(init?.body as Uint8Array);
  const result = { description: `cannot store ${/c0mmun1ty/.exec(body)?.[0]}` };
  return Response.json({ response: { result } }, { status: 400 });
}

/** Runs the daemon until a registration was refused and it has collected so often, and gives its log. */
async function served(
  host: Partial<Host>,
  about: { pid: number; stuckTools: number },
  collections = 1,
): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const ending = new AbortController();
  const lines: string[] = [];
  const { promise: refused, resolve } = Promise.withResolvers<void>();
  const log = createLogger({
    write: (line) => {
      lines.push(line);
      const logged = (words: string) => lines.filter((line) => line.includes(words)).length;
      if (logged("registration refused") > 0 && logged(" collected ") >= collections) resolve();
    },
  });
  try {
    const serving = serve({
      host: { ...fileHost(machineFiles()), ...host },
      clock: collections > 1 ? FAST : systemClock,
      random: () => 0,
      fetch: ((_: unknown, init?: RequestInit) => Promise.resolve(answer(init))) as typeof fetch,
      log: { ...log, setLevel: () => log.setLevel("INFO") },
      state: openState(folder),
      agentVersion: "4.0.0",
      config: { config: { ...configForServer("http://hanlon.test"), mk_checkin_interval: 1, mk_collect_interval: 1 } },
      signal: ending.signal,
      collectOptions: { includeSecrets: true },
    }, { pid: about.pid, onReload: () => () => {}, stuckTools: () => about.stuckTools });
    await Promise.race([refused, serving]);
    ending.abort();
    await serving;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return lines.join("");
}

Deno.test("serve() logs no SNMP community, though the server says it back, and names tools that do not end", async () => {
  const { run } = stubHost(([tool, ...args]) =>
    tool === "ipmitool" ? { stdout: IPMITOOL[args.join(" ")] ?? "" } : undefined
  );
  const text = await served({ run }, { pid: 4242, stuckTools: 1 });
  assert(text.includes("cannot store [hidden]"), text);
  assert(!text.includes("c0mmun1ty"), text);
  assert(text.includes("tools that were killed have not ended count=1"), text);
});

Deno.test("serve() asks each tool for its version once, however often it collects", async () => {
  const runs: string[] = [];
  const { run } = stubHost(([tool, ...args]) => {
    runs.push([tool, ...args].join(" "));
    return tool === "ipmitool" ? { stdout: IPMITOOL[args.join(" ")] ?? "ipmitool version 1.8.19\n" } : undefined;
  });
  await served({ run }, { pid: 4242, stuckTools: 0 }, 2);
  const count = (command: string) => runs.filter((run) => run === command).length;
  assert(count("ipmitool mc info") > 1, runs.join());
  assertEquals(count("ipmitool -V"), 1);
});

Deno.test("serve() starts an lldpad where none answers, and ends it with itself", async () => {
  const events: string[] = [];
  const { run } = stubHost(([tool, ...args]) => {
    if (tool === "lldpad" && args[0] === "-s") events.push("its shared memory is removed");
    if (tool === "lldpad") return {};
    if (tool !== "lldptool") return undefined;
    if (events.length === 0) return { failure: "failed", code: 255, stderr: "Failed to connect to lldpad" };
    return { stdout: args[0] === "-p" ? "4711\n" : args[0] === "get-lldp" ? "adminStatus=rx\n" : "" };
  });
  const ended = Promise.withResolvers<{ code: number; stderr: string }>();
  const start = (tool: string) => {
    events.push(`${tool} starts`);
    const stop = () => Promise.resolve().then(() => void events.push(`${tool} ends`));
    return Promise.resolve({ ended: ended.promise, stop });
  };
  await served({ run, start }, { pid: 4242, stuckTools: 0 });
  assertEquals([...new Set(events)], ["lldpad starts", "lldpad ends", "its shared memory is removed"]);
});

Deno.test("serve() names what killed tools left behind where nobody else is there to wait for it", async () => {
  for (const [pid, children, says] of [[1, "77 78 \n", true], [1, "\n", false], [4242, "77 78 \n", false]] as const) {
    const proc = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
    await Deno.mkdir(`${proc}/thread-self`);
    await Deno.writeTextFile(`${proc}/thread-self/children`, children);
    const host = fileHost(machineFiles());
    const text = await served({ ...host, roots: { ...host.roots, proc } }, { pid, stuckTools: 0 });
    await Deno.remove(proc, { recursive: true });
    assertEquals(text.includes("stay as zombies: docker run --init orphans=2"), says, text);
  }
});
