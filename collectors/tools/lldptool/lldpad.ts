/** An lldpad of our own, where none runs. */
import { type Host, type RunningTool, valueOf } from "../../host/mod.ts";
import { physicalNics } from "../kernel/physical_nics.ts";
import { pause } from "../../host/pause.ts";
import { isAnswering, isUnanswered, linkOf, listenAt, lldptool } from "./ask.ts";

/** An lldpad that this program started. */
export interface Lldpad {
  /** Whether it has not ended, so that it is the one that answers. */
  isRunning(): boolean;
  /** For how long it has listened at this NIC without a break; undefined where it does not listen. */
  listenedSeconds(nic: string): number | undefined;
  /**
   * Lets it listen at the NICs that have come, or come up, since. Starts it again where it has ended, but not more
   * often than once in five minutes; then it has yet to hear the neighbours again. Gives a line that says so, or
   * undefined where it has not ended.
   */
  refresh(): Promise<string | undefined>;
  /** Ends it. */
  stop(): Promise<void>;
}

export interface LldpadOptions {
  /** A clock in milliseconds that never goes back. */
  clock?: () => number;
  /** Ends it at once when aborted, even while it is being started: nobody may come to call `stop`. */
  signal?: AbortSignal;
}

const RESTART_AFTER_MS = 5 * 60 * 1000;
/** It answers 60 ms after its start. */
const READY_WITHIN_MS = 3000;
const READY_POLL_MS = 50;

/**
 * Starts lldpad and lets it listen, never send, at every physical NIC that is up; does not wait for neighbours.
 * Undefined where an lldpad runs already, or where it or lldptool is not installed. One that ends at once is given
 * all the same: `refresh` says so.
 */
export async function startLldpad(host: Host, options: LldpadOptions = {}): Promise<Lldpad | undefined> {
  const { clock = () => performance.now(), signal } = options;
  if (!isUnanswered(await lldptool(host, ["-p"], signal))) return undefined;

  const launched = await launch(host, signal);
  if (!launched) return undefined;
  let running = launched;
  let startedAt = clock();
  let isStopped = false;
  /** Since when it has listened, by NIC. */
  const since = new Map<string, number>();

  const restart = async ({ code }: { code: number }): Promise<string | undefined> => {
    if (clock() - startedAt < RESTART_AFTER_MS) return `lldpad has ended (exit code ${code})`;
    // Whoever else started one in the meantime: theirs is only asked.
    if (await isAnswering(host, signal)) return undefined;
    startedAt = clock();
    running = await launch(host, signal) ?? running;
    return `lldpad has ended (exit code ${code}), ${running.end ? "and again at once" : "and was started again"}`;
  };

  const refresh = async (): Promise<string | undefined> => {
    if (isStopped) return "lldpad was ended";
    let trouble: string | undefined;
    if (running.end) {
      since.clear();
      trouble = await restart(running.end);
      if (running.end) return trouble;
    }
    const nics = await physicalNics(host);
    // Of what is not known it goes on listening where it does.
    if (!("value" in nics)) return trouble;
    for (const nic of since.keys()) if (!nics.value.includes(nic)) since.delete(nic);
    const links = await Promise.all(nics.value.map((nic) => linkOf(host, nic)));
    for (const [i, nic] of nics.value.entries()) {
      const link = valueOf(links[i]!);
      if (link?.isUp === false) since.delete(nic);
      else if (link && !since.has(nic) && await listenAt(host, nic, signal)) since.set(nic, clock());
    }
    return trouble;
  };

  await refresh();
  return {
    isRunning: () => running.end === undefined,
    listenedSeconds: (nic) => {
      const start = since.get(nic);
      return start === undefined || running.end ? undefined : Math.floor((clock() - start) / 1000);
    },
    refresh,
    stop: async () => {
      isStopped = true;
      await running.tool.stop();
      // What it leaves in /dev/shm names its process, whose number may be another's when the next lldpad reads it.
      await host.run("lldpad", ["-s"], { timeoutMs: 1000 });
    },
  };
}

interface Running {
  tool: RunningTool;
  /** Set when it has ended. */
  end?: { code: number };
}

/**
 * Starts lldpad in the foreground, and waits until it answers or ends. Its settings are to be forgotten (-f /dev/null)
 * and it writes no pid file (-p). With -R it leaves the data center bridging of the NICs alone, which versions that
 * have no such flag may take over from the switch.
 */
async function launch(host: Host, signal: AbortSignal | undefined): Promise<Running | undefined> {
  const usage = await host.run("lldpad", ["-h"], { timeoutMs: READY_WITHIN_MS, ...(signal ? { signal } : {}) });
  if (usage.failure === "missing") return undefined;
  const readOnly = /^\s*-R\b/m.test(usage.stderr + usage.stdout) ? ["-R"] : [];
  const tool = await host.start("lldpad", [...readOnly, "-p", "-f", "/dev/null"]);
  if (!tool) return undefined;
  const running: Running = { tool };
  const stop = () => void tool.stop();
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  const ended = tool.ended.then(({ code }) => {
    signal?.removeEventListener("abort", stop);
    running.end = { code };
  });
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (!running.end && !signal?.aborted && performance.now() < giveUpAt && !await isAnswering(host, signal)) {
    await Promise.race([ended, pause(READY_POLL_MS, signal)]);
  }
  return running;
}
