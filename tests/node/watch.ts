/** A node that runs the agent as a server's boot would start it, and the server that it talks to, on this machine. */

import { assertEquals } from "@std/assert";
import type { Status } from "../../checkin/state/mod.ts";
import type { Facts } from "../../collectors/facts/mod.ts";
import { VERSION } from "../../collectors/version.ts";
import { type Exchange, type HanlonServer, startHanlonServer } from "../hanlon_server.ts";
import { putAgent } from "./agent.ts";
import { changedPaths } from "./changes.ts";
import { Unavailable } from "./debian.ts";
import { type Image, makeImage } from "./image.ts";
import type { Architecture, Machine } from "./machine.ts";
import { type Node, startNode } from "./node.ts";

/** Seconds; a request may take half of it, which a busy node needs. It collects behind every check-in. */
export const CHECKIN_INTERVAL = 8;
const COLLECT_INTERVAL = 5;

/** Longer than anything takes here, four times over: a test machine may be busy. */
const PATIENCE_MS = 400_000;

const REGISTERED = " INFO  registered ";

/** Where QEMU's user network lets a node reach this machine. */
const THIS_MACHINE = "10.0.2.2";

/** Finds what is looked for, or nothing yet. */
type Find<T> = () => T | undefined | false | Promise<T | undefined | false>;

export interface WatchedNode extends AsyncDisposable {
  node: Node;
  server: HanlonServer;
  /** Every value that came to mk_facts_uri, oldest first. */
  deliveries: readonly Facts[];
  checkins(): Exchange[];
  registrations(): Exchange[];
  /** Waits until `find` finds something, looking often. Throws an Error with `what` and the console's end. */
  until<T>(what: string, find: Find<T>): Promise<T>;
  /** Waits for a delivery behind the first `known` ones that `fits`. */
  delivered(what: string, known: number, fits: (facts: Facts) => boolean): Promise<Facts>;
  /** Waits for facts that `fits` and that no source was too slow for, which on a busy machine the first may be. */
  wholeFacts(fits?: (facts: Facts) => boolean): Promise<Facts>;
  /** How many collections the agent has ended. */
  collections(): number;
  /** Waits until a collection has ended of which the agent had nothing to tell. */
  quiet(): Promise<void>;
  /**
   * Does something to a machine that is quiet, and waits until facts that `shows` it come, and until it is quiet again;
   * gives the paths of what has changed then. All of it must come with one registration.
   */
  change(act: () => unknown, shows: (facts: Facts) => boolean): Promise<string[]>;
  /** Lets the server say reboot and waits until the node registers again; gives the nodes that the server then knows. */
  reboot(): Promise<string[]>;
  /** Lets the server say poweroff and waits until the machine is off. */
  poweroff(): Promise<void>;
  /** When the kernel began, and when the first request to each path came: seconds on one clock. */
  kernelStart(): Promise<number>;
  times: ReadonlyMap<string, number>;
}

/** The image of the agent's nodes; undefined where none can be made here, which standard error then says. */
export async function imageHere(architecture: Architecture = "x86_64"): Promise<Image | undefined> {
  try {
    return await makeImage(architecture, console.error);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.error(`skipped: ${error.message}`);
    return undefined;
  }
}

export interface WatchOptions {
  image: Image;
  /** After this the machine is killed: four times what its test takes. */
  timeLimitMs: number;
  patienceMs?: number;
}

/** Boots the machine and its agent. Progress, and what the agent logs, goes to standard error. */
export async function watchNode(
  machine: Machine,
  { image, timeLimitMs, patienceMs = PATIENCE_MS }: WatchOptions,
): Promise<WatchedNode> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let kernelStart: number | undefined;
  const times = new Map<string, number>();
  const progress = (line: string) => {
    const uptime = /^node: kernel is up \(([\d.]+) s\)/.exec(line)?.[1];
    if (uptime) kernelStart ??= seconds() - Number(uptime);
    if (/^node:|^\S+ (DEBUG|INFO|WARN|ERROR|ALWAYS)|^hnl_mk/.test(line)) say(line);
  };
  const say = (line: string) => console.error(`[${machine.name} ${Math.round(seconds())} s] ${line}`);

  await using resources = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-node-" });
  resources.defer(() => Deno.remove(folder, { recursive: true }));
  const deliveries: Facts[] = [];
  const server = resources.adopt(
    startHanlonServer({
      clientConfig: { mk_checkin_interval: CHECKIN_INTERVAL, mk_checkin_skew: 0, mk_log_level: "Logger::INFO" },
      async intercept(request) {
        const { pathname } = new URL(request.url);
        const name = pathname.slice(pathname.lastIndexOf("/"));
        if (!times.has(name)) times.set(name, seconds());
        if (name !== "/facts") return undefined;
        try {
          deliveries.push(await request.json());
        } catch { /* the node was stopped in the middle of it */ }
        return new Response(null, { status: 204 });
      },
    }),
    (server) => server.shutdown(),
  );
  const node = resources.use(
    await startNode(machine, {
      ...{ image, folder, timeLimitMs, onLine: progress, reboots: true },
      async prepare(share) {
        await putAgent(share, image);
        await putCloudConfig(share, server);
      },
    }),
  );

  const until = async <T>(what: string, find: Find<T>): Promise<T> => {
    const since = performance.now();
    for (;;) {
      const found = await find();
      if (found !== undefined && found !== false) return found;
      if (!node.vm.isRunning || performance.now() - since > patienceMs) {
        const why = node.vm.isRunning ? `not within ${patienceMs / 1000} s` : "the node has ended";
        throw new Error(`${what}: ${why}\n${node.vm.console.slice(-30).join("\n")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const exchanges = (path: string) => () => server.exchanges.filter((exchange) => exchange.path.endsWith(path));
  const [checkins, registrations] = [exchanges("/checkin"), exchanges("/register")];
  const said = (words: string) => node.vm.console.filter((line) => line.includes(words)).length;
  const collections = () => said(" INFO  collected ");
  /** What was taken, by the agent's word: on a busy machine it may have to say it twice. */
  const told = () => said(" INFO  facts delivered") + said(REGISTERED);
  const owesNothing = async () => {
    const status = JSON.parse(await node.run("cat /tmp/status.json")) as Status;
    const owes = status.isRegistrationPending || status.isDeliveryPending;
    // Asking costs an emulated node more than it takes to pay.
    if (owes) await new Promise((resolve) => setTimeout(resolve, 1000));
    return !owes;
  };
  const quiet = async () => {
    let before: number;
    do {
      await until("the end of what was owed", owesNothing);
      before = told();
      const ended = collections();
      await until("a collection", () => collections() > ended);
      await until("the end of what was owed", owesNothing);
    } while (told() > before);
  };
  const delivered: WatchedNode["delivered"] = (what, known, fits) =>
    until(what, () => deliveries.slice(known).find(fits));
  const command = (word: "reboot" | "poweroff") => {
    for (const { hwIds } of server.nodes) server.settings.overrides.set(hwIds[0]!, word);
  };
  const everything = resources.move();
  return {
    ...{ node, server, deliveries, until, checkins, registrations, collections, quiet, delivered },
    wholeFacts: (fits = () => true) =>
      delivered("whole facts", 0, (facts) => {
        const isLate = Object.values(facts.sources).some(({ status }) => status === "timeout");
        return !isLate && fits(facts);
      }),
    async change(act, shows) {
      const before = deliveries.at(-1)!;
      const known = deliveries.length;
      const registered = said(REGISTERED);
      await act();
      await delivered("the change", known, shows);
      await until("its registration", () => said(REGISTERED) > registered);
      await quiet();
      assertEquals(said(REGISTERED), registered + 1, "registrations that were taken");
      return changedPaths(before, deliveries.at(-1)!);
    },
    async reboot() {
      const registered = registrations().length;
      command("reboot");
      await node.vm.shell.up(2);
      server.settings.overrides.clear();
      await until("a registration after the reboot", () => registrations().length > registered);
      return server.nodes.map(({ id }) => id);
    },
    async poweroff() {
      command("poweroff");
      await until("the end of its power", () => !node.vm.isRunning);
    },
    kernelStart: () => until("the kernel", () => kernelStart),
    times,
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

/**
 * What a server's cloud-config does on a real node: it writes the three files and starts, side by side, the reader of
 * the command channel and the agent. The reader takes one line, closes, and goes on as long as there was one.
 */
async function putCloudConfig(share: string, server: HanlonServer): Promise<void> {
  const uri = server.url.replace("127.0.0.1", THIS_MACHINE);
  await Deno.mkdir(`${share}/cloud-config`);
  const write = (name: string, text: string) => Deno.writeTextFile(`${share}/${name}`, text);
  await write("cloud-config/first_checkin.yaml", "--- true\n");
  await write("cloud-config/mk-version.yaml", `--- \nmk_version: ${VERSION}\n`);
  await write(
    "cloud-config/mk_conf.yaml",
    `mk_register_path: ${server.paths.mk_register_path}
mk_uri: ${uri}
mk_checkin_interval: ${CHECKIN_INTERVAL}
mk_checkin_path: ${server.paths.mk_checkin_path}
mk_checkin_skew: 0
mk_fact_excl_pattern: (^facter.*$)|(^id$)|(^kernel.*$)|(^memoryfree$)|(^memoryfree_mb$)|(^.*uptime.*$)|(.*json_str$)
mk_log_level: Logger::INFO
mk_collect_interval: ${COLLECT_INTERVAL}
mk_facts_uri: ${uri}/facts
mk_facts_raw: true
`,
  );
  await write(
    "boot",
    `channel=/tmp/cmd-channels/node-state-channel
mkdir -p /tmp/cmd-channels
mkfifo "$channel"
while read -r command <"$channel"; do
  case $command in
    reboot | poweroff) "$command" -f ;;
    *) echo "node: unrecognized command $command" ;;
  esac
done &
exec hnl_mk
`,
  );
}
