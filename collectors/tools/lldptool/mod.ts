/** lldptool get-tlv -n: what the switch says (lldptool(8); IEEE 802.1AB-2016; open-lldp's lldp_*_clif.c). */
import type { Collected, Collector } from "../collector.ts";
import type { LldpVerdict, Neighbour } from "./types.ts";
import { type Absent, describeFailure, type Host, type RunResult, type Unknown } from "../../host/mod.ts";
import { DEVICES_AT_ONCE, eachDevice } from "../concurrency.ts";
import {
  adminStatus,
  askNeighbour,
  isLate,
  isRefused,
  isUnanswered,
  isUnknownDevice,
  type Link,
  linkOf,
  lldptool,
} from "./ask.ts";
import { type Lldpad, startLldpad } from "./lldpad.ts";
import { type HeardNeighbour, parseLldptool } from "./parse.ts";
import { ParseError } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";
import { pause } from "../../host/pause.ts";
import { noteOnOwner } from "./owner.ts";
import { physicalNics } from "../kernel/physical_nics.ts";

export { type HeardNeighbour, type Lldpad, parseLldptool, startLldpad };

/** What was heard on the physical NICs, and the verdict for each of them. */
export interface LldpFacts {
  neighbours: Neighbour[];
  verdicts: LldpVerdict[];
  /** The NICs whose neighbour is not known, since lldpad or the kernel gave no answer. */
  unknown?: string[];
}

/**
 * `now`, with what `last` knows of the NICs of which nothing is known now; undefined where that is nothing: a neighbour
 * that was heard is not gone because lldpad does not answer.
 */
export function keepUnheard(last: LldpFacts, now: LldpFacts): LldpFacts | undefined {
  const isKept = (nic: string) =>
    now.unknown?.includes(nic) === true && last.unknown?.includes(nic) !== true &&
    last.verdicts.some((verdict) => verdict.interface === nic);
  if (!now.verdicts.some((verdict) => isKept(verdict.interface))) return undefined;
  const of = <T extends { interface: string }>(key: (facts: LldpFacts) => T[]): T[] =>
    now.verdicts.flatMap(({ interface: nic }) =>
      key(isKept(nic) ? last : now).filter((each) => each.interface === nic)
    );
  return prune<LldpFacts>({
    neighbours: of(({ neighbours }) => neighbours),
    verdicts: of(({ verdicts }) => verdicts),
    unknown: nonEmpty((now.unknown ?? []).filter((nic) => !isKept(nic))),
  });
}

export interface LldptoolOptions {
  /** Where no lldpad answers: start one, listen that long at most, and end it. 0: only ask. */
  listenSeconds: number;
  /** The daemon's own lldpad, which goes on listening between two collections. */
  lldpad?: Lldpad;
}

/** Time for the questions themselves. */
const ASKING_MS = 20_000;
const POLL_MS = 1000;

/**
 * Asks lldpad for the neighbour at each physical NIC. One that it did not start is only asked, never changed; where none
 * runs and none was to be started the status is `skipped`. No link is ever set up or down.
 */
export function lldptoolCollector(options: LldptoolOptions): Collector<LldpFacts> {
  return {
    name: "lldptool",
    timeoutMs: ASKING_MS + options.listenSeconds * 1000,
    collect: async (host, { signal, partial }) => {
      if (options.lldpad) return await askOwn(host, signal, options.lldpad);
      const first = await ask(host, signal);
      if (first.value) partial(first.value);
      if (!isNotRunning(first) || options.listenSeconds === 0) return first;
      return await listen(host, options.listenSeconds, signal) ??
        { ...first, error: "no lldpad answers, and it could not be started" };
    },
  };
}

const NEEDS_ROOT = "lldpad tells its neighbours to root only";
const NOT_RUNNING = "no lldpad answers; --lldp SECONDS starts one";

function isNotRunning({ status, error }: Collected<LldpFacts>): boolean {
  return status === "skipped" && error === NOT_RUNNING;
}

/** Starts lldpad, listens until every NIC with a carrier has a neighbour or `seconds` are over, asks, and ends it. */
async function listen(host: Host, seconds: number, signal: AbortSignal): Promise<Collected<LldpFacts> | undefined> {
  const until = performance.now() + seconds * 1000;
  const lldpad = await startLldpad(host, { signal });
  if (!lldpad) return undefined;
  try {
    while (true) {
      const answer = await askOwn(host, signal, lldpad);
      const isDone = !answer.value?.verdicts.some(({ verdict }) => verdict === "nothingHeard");
      const left = until - performance.now();
      if (isDone || left <= 0 || signal.aborted) return answer;
      await pause(Math.min(left, POLL_MS), signal);
    }
  } finally {
    await lldpad.stop();
  }
}

/** Asks our own lldpad. Its end is a failure, so that what was heard before is not taken for gone. */
async function askOwn(host: Host, signal: AbortSignal, lldpad: Lldpad): Promise<Collected<LldpFacts>> {
  let trouble = await lldpad.refresh();
  const answer = await ask(host, signal, lldpad);
  // It may have ended in between.
  if (answer.status !== "ok") trouble ??= await lldpad.refresh();
  if (isNotRunning(answer)) trouble ??= "lldpad has ended";
  if (trouble === undefined) return answer;
  const value = answer.value &&
    { ...answer.value, unknown: answer.value.verdicts.map((verdict) => verdict.interface) };
  return prune<Collected<LldpFacts>>({ ...answer, status: "failed", error: trouble, value });
}

/** What lldpad said of one NIC; all but the link is absent where it was not asked, as where there is no carrier. */
interface Answer {
  /** Absent where it is not known. */
  link?: Link;
  result?: RunResult;
  neighbour?: HeardNeighbour;
  adminStatus?: string;
  error?: string;
  /** Whether the error is that there was no answer in time. */
  isLate?: boolean;
  unparsed?: string[];
}

async function ask(host: Host, signal: AbortSignal, lldpad?: Lldpad): Promise<Collected<LldpFacts>> {
  const [version, found] = await Promise.all([lldptool(host, ["-v"], signal), physicalNics(host)]);
  const known = prune<Pick<Collected<LldpFacts>, "version">>({
    version: /^lldptool v(\S+)/.exec(version.stdout)?.[1],
  });
  if (!("value" in found)) return { ...known, ...whyNoNics(version, found) };
  const nics = found.value;
  let late = 0, inTime = 0;
  const answers = await eachDevice(nics, async (nic): Promise<Answer> => {
    const link = await linkOf(host, nic);
    if (!("value" in link)) return { error: link.message, isLate: link.why === "late" };
    // One that hangs does not answer for other NICs either.
    if (isUnanswered(version) || (late >= DEVICES_AT_ONCE && inTime === 0)) return { link: link.value };
    const answer = await askAt(host, nic, link.value, signal);
    if (answer.isLate) late++;
    else inTime++;
    return answer;
  });

  const neighbours: Neighbour[] = [];
  const verdicts: LldpVerdict[] = [];
  nics.forEach((nic, i) => {
    const answer = answers[i]!;
    if (answer.neighbour) neighbours.push({ interface: nic, ...answer.neighbour });
    const listenedSeconds = lldpad?.listenedSeconds(nic);
    verdicts.push(prune<LldpVerdict>({ interface: nic, verdict: verdictOf(answer), listenedSeconds }));
  });
  const hasAnswered = answers.some(({ neighbour, adminStatus }) =>
    neighbour !== undefined || adminStatus !== undefined
  );
  const note = hasAnswered ? await noteOnOwner(host, lldpad?.isRunning() === true, signal) : undefined;
  return prune<Collected<LldpFacts>>({
    ...statusOf(version, nics, answers),
    ...known,
    notes: note === undefined ? undefined : [note],
    value: prune<LldpFacts>({
      neighbours,
      verdicts,
      unknown: nonEmpty(nics.filter((_, i) => answers[i]!.error !== undefined)),
    }),
    unparsed: nonEmpty(answers.flatMap(({ unparsed = [] }, i) => unparsed.map((line) => `${nics[i]}: ${line}`))),
  });
}

/** How it went where the NICs are not known: no reason to forget what was known of them. */
function whyNoNics(version: RunResult, nics: Absent | Unknown): Pick<Collected<LldpFacts>, "status" | "error"> {
  const withoutNics = statusOf(version, [], []);
  if (withoutNics.status === "missing") return withoutNics;
  return { status: nics.why === "late" ? "timeout" : "failed", error: `the NICs are not known: ${nics.message}` };
}

/** How it went on the whole: a NIC that got no answer costs the status, but not the others' neighbours. */
function statusOf(
  version: RunResult,
  nics: string[],
  answers: Answer[],
): Pick<Collected<LldpFacts>, "status" | "error"> {
  const results = [version, ...answers.flatMap(({ result }) => result ?? [])];
  if (results.every(({ failure }) => failure === "missing")) {
    return { status: "missing", error: version.error ?? "not installed" };
  }
  if (results.some(isUnanswered)) return { status: "skipped", error: NOT_RUNNING };
  if (results.some(isRefused)) return { status: "failed", error: NEEDS_ROOT };
  const errors = answers.flatMap(({ error }, i) => error === undefined ? [] : [`${nics[i]}: ${error}`]);
  if (errors.length === 0) return { status: "ok" };
  return { status: answers.some(({ isLate }) => isLate) ? "timeout" : "failed", error: errors.slice(0, 3).join("; ") };
}

async function askAt(host: Host, nic: string, link: Link, signal: AbortSignal): Promise<Answer> {
  // Of a cable that was pulled lldpad goes on telling what it once heard, whatever its time to live.
  if (!link.hasCarrier) return { link };
  const result = await askNeighbour(host, nic, signal);
  const answer: Answer = { link, result, isLate: isLate(result) };
  if (result.failure) {
    if (isUnknownDevice(result)) return { ...answer, adminStatus: "disabled" };
    if (result.failure === "missing" || isUnanswered(result)) return answer;
    return { ...answer, error: whyNot(result) };
  }
  try {
    const { value, unparsed, tlvs } = parseLldptool(result.stdout);
    answer.unparsed = unparsed.map(({ text }) => text);
    const fields = tlvs.map(({ heading, lines }) => ({ name: heading, value: lines.map((line) => line.trim()) }));
    if (Object.keys(value).length > 0) return { ...answer, neighbour: { ...value, fields } };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { ...answer, error: error.message };
  }
  return { ...answer, adminStatus: await adminStatus(host, nic, signal) ?? "unknown" };
}

/** lldptool says on its standard output what went wrong. */
function whyNot(result: RunResult): string {
  if (isLate(result)) return "lldpad does not answer";
  const said = result.code === undefined ? "" : result.stdout.trim().split("\n")[0]!.slice(0, 200);
  return said === "" ? describeFailure("lldptool", result) : `lldptool: ${said}`;
}

function verdictOf({ link, result, neighbour, adminStatus, error }: Answer): LldpVerdict["verdict"] {
  if (neighbour) return "neighbour";
  if (!link) return "lldpadUnavailable";
  if (!link.isUp) return "linkDown";
  if (!link.hasCarrier) return "noCarrier";
  if (!result || error !== undefined || adminStatus === undefined) return "lldpadUnavailable";
  return adminStatus === "disabled" || adminStatus === "tx" ? "notEnabled" : "nothingHeard";
}
