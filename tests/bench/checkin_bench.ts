/**
 * What the daemon costs: `deno run --allow-all tests/bench/checkin_bench.ts [--program "hnl_mk"] [--cycles N]`.
 * Time from its start to the first check-in; CPU a cycle, which at an interval of 60 s is CPU a minute; memory over many
 * cycles; bytes on the wire. `--program` measures a compiled program instead of main.ts.
 */
import { parseArgs } from "@std/cli/parse-args";
import { fromFileUrl } from "@std/path";
import { spawn, until, withServer, writeConfig } from "./daemon.ts";
import { reportLine, soak } from "./soak.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));

const flags = parseArgs(Deno.args, { string: ["program", "cycles"] });
const program = flags.program === undefined
  ? [Deno.execPath(), "run", "--quiet", "--allow-all", "--no-prompt", MAIN]
  : [String(flags.program)];

const seconds = (value: number) => `${value.toFixed(3)} s`;
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function startToFirstCheckin(): Promise<void> {
  const took: number[] = [];
  for (let run = 0; run < 7; run++) {
    await withServer(60, async (server, folder) => {
      const file = writeConfig(folder, server, 60);
      const started = performance.now();
      const child = spawn([...program, "--config", file, "--state-dir", folder]);
      await until(() => server.exchanges.length > 0);
      took.push((performance.now() - started) / 1000);
      child.kill("SIGTERM");
      await child.status;
    });
  }
  console.log(`start to first check-in     median ${seconds(median(took))}, slowest ${seconds(Math.max(...took))}`);
}

/** User and system time: of the process itself (fields 14, 15 of /proc/PID/stat), of its ended children (16, 17). */
function cpu(pid: number): { own: number; children: number } {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /s, "").split(" ").map(Number);
  return { own: (fields[11]! + fields[12]!) / 100, children: (fields[13]! + fields[14]!) / 100 };
}

async function cpuOfRealCycles(): Promise<void> {
  const cycles = 60;
  await withServer(1, async (server, folder) => {
    const child = spawn([...program, "--config", writeConfig(folder, server, 1), "--state-dir", folder]);
    await until(() => server.exchanges.some(({ method }) => method === "POST"));
    const first = cpu(child.pid);
    await until(() => server.exchanges.length >= 12);
    const [before, from] = [cpu(child.pid), server.exchanges.length];
    await until(() => server.exchanges.length >= from + cycles);
    const after = cpu(child.pid);
    const cost = (after.own - before.own) / cycles;
    console.log(`CPU a cycle (a minute)      ${seconds(cost)} of its own, over ${cycles} cycles without a collection`);
    console.log(
      `CPU of the first collection ${seconds(first.children)} of tools; ${
        seconds(first.own)
      } of its own, start included`,
    );
    const rss = Number(/VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${child.pid}/status`))?.[1]) / 1024;
    console.log(`resident memory             ${rss.toFixed(0)} MiB after ${cycles} real cycles`);
    child.kill("SIGTERM");
    await child.status;
  });
}

async function manyCycles(cycles: number): Promise<void> {
  console.log(`memory over ${cycles} cycles, one collection in ten (run as fast as they go)`);
  for (const report of await soak({ checkins: cycles, collectEvery: 10 })) console.log(reportLine(report));
}

/** Everything that passes between an agent and its server, headers included. */
async function bytesOnTheWire(): Promise<void> {
  await withServer(1, async (server, folder) => {
    const passed = { sent: 0, received: 0 };
    const sizes: { what: string; sent: number; received: number }[] = [];
    const front = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = new URL(server.url);
    (async () => {
      for await (const client of front) {
        const before = { ...passed };
        const upstream = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
        await Promise.race([
          pipe(client, upstream, (count) => passed.sent += count),
          pipe(upstream, client, (count) => passed.received += count),
        ]).catch(() => {});
        const { method } = server.exchanges.at(-1)!;
        sizes.push({ what: method, sent: passed.sent - before.sent, received: passed.received - before.received });
        client.close();
        upstream.close();
      }
    })().catch(() => {});
    const file = writeConfig(folder, server, 1, `http://127.0.0.1:${front.addr.port}`);
    const child = spawn([...program, "--config", file, "--state-dir", folder]);
    await until(() => sizes.some(({ what }) => what === "POST") && sizes.length >= 4);
    child.kill("SIGTERM");
    await child.status;
    front.close();
    const checkin = sizes.filter(({ what }) => what === "GET").at(-1)!,
      post = sizes.find(({ what }) => what === "POST")!;
    console.log(`bytes of a check-in         ${checkin.sent} sent, ${checkin.received} received`);
    console.log(`bytes of a registration     ${post.sent} sent, ${post.received} received`);
  });
}

async function pipe(from: Deno.Conn, to: Deno.Conn, count: (bytes: number) => void): Promise<void> {
  const buffer = new Uint8Array(65_536);
  for (let length; (length = await from.read(buffer)) !== null;) {
    count(length);
    for (let written = 0; written < length;) written += await to.write(buffer.subarray(written, length));
  }
}

if (import.meta.main) {
  await startToFirstCheckin();
  await bytesOnTheWire();
  await cpuOfRealCycles();
  await manyCycles(Number(flags.cycles ?? 1000));
}
