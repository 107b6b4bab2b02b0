import { escapeControls } from "../../log.ts";
import { isLocked } from "../../state/daemon_lock.ts";
import { type KeptChange, readChanges } from "../../state/changes.ts";
import { readStatus, type Status } from "../../state/status_file.ts";
import { EXIT } from "../exit_codes.ts";
import type { Command } from "../options.ts";
import { asJson, json } from "../json.ts";
import { print } from "../streams.ts";

/** `--status`: what the daemon last did, and with its exit code whether it is well. */
export async function status(command: Command): Promise<number> {
  const isJson = asJson(command);
  const folder = command.values["state-dir"] ?? "/tmp";
  const { value, problem } = readStatus(folder);
  const isRunning = isLocked(folder);
  const { isWell, text } = problem
    ? { isWell: false, text: `${problem.message}\n` }
    : statusText(value, new Date(), isRunning);
  const changes = readChanges(folder).value ?? [];
  await print(
    command,
    isJson ? json({ isWell, isRunning, problem: problem?.message, ...value, changes }) : text + changesText(changes),
  );
  return isWell ? EXIT.done : EXIT.server;
}

/** So many are shown; `--format json` has all. */
const SHOWN_CHANGES = 10;

/** The last changes of the machine as lines, the newest last. */
export function changesText(changes: readonly KeptChange[]): string {
  const more = changes.length - SHOWN_CHANGES;
  const lines = changes.slice(-SHOWN_CHANGES).map(({ at, text }) => `  ${at} ${escapeControls(text)}\n`);
  const earlier = more > 0 ? [`  and ${more} before these (--format json)\n`] : [];
  return lines.length > 0 ? ["changes of the machine\n", ...earlier, ...lines].join("") : "";
}

/** Late by more than this many intervals, the daemon is not well. */
const INTERVALS = 3;

/**
 * Whether the daemon runs (`isRunning`; undefined: not known) and its last check-in is young enough, and lines for a
 * person. `now` is the wall clock.
 */
export function statusText(
  status: Status | undefined,
  now: Date,
  isRunning?: boolean,
): { isWell: boolean; text: string } {
  if (!status) return { isWell: false, text: "no daemon has written its status here\n" };
  const seconds = (at: string) => Math.max(0, Math.round((now.getTime() - Date.parse(at)) / 1000));
  const ago = (at: string) => `${seconds(at)} s ago (${at})`;
  const { lastCheckin, lastRegistration, lastCollection, slowCollection, lastError, intervalSeconds } = status;
  const { server, deliveries = [] } = status;
  // Where facts go elsewhere alone, no server is asked.
  const isAlone = server === undefined && deliveries.length > 0;
  const last = isAlone ? status.lastLook : lastCheckin;
  const ageMs = last ? now.getTime() - Date.parse(last.at) : Infinity;
  const isRecent = Math.abs(ageMs) < INTERVALS * intervalSeconds * 1000;
  const isWell = isRecent && isRunning !== false;
  // Version 4.0.0 wrote of one destination alone.
  const waiting = status.deliveries
    ? deliveries.filter(({ isPending }) => isPending).map(({ name }) => name)
    : status.isDeliveryPending && status.factsUri !== undefined
    ? ["mk_facts_uri"]
    : [];
  const pending = [
    ...status.isRegistrationPending ? ["registration"] : [],
    ...waiting.map((name) => `facts for ${name}`),
  ];
  const verdict = isRunning === false
    ? `does not run: process ${status.pid} has ended`
    : isRecent
    ? isAlone ? "looks after the facts" : "checks in"
    : last
    ? `${isAlone ? "hangs" : "does not check in"}: nothing within ${INTERVALS} intervals of ${intervalSeconds} s`
    : isAlone
    ? "has not looked at the machine yet"
    : "has not checked in yet";
  const asked: [string, string][] = [
    ["check-in", lastCheckin ? `${ago(lastCheckin.at)}: ${lastCheckin.command}` : "none yet"],
    ["registered", lastRegistration ? ago(lastRegistration.at) : "not yet"],
  ];
  const lines: [string, string | undefined][] = [
    ["daemon", `version ${status.agentVersion}, process ${status.pid}, started ${ago(status.startedAt)}`],
    ["server", server ?? (isAlone ? "none: facts go elsewhere" : "none: no configuration yet")],
    ...isAlone ? [] : asked,
    ...deliveries.map(({ name, format, server, lastDelivery, problem }): [string, string] => [
      "facts",
      `${name}, ${format}, ${server}: ${lastDelivery ? `delivered ${ago(lastDelivery)}` : "not delivered yet"}${
        problem === undefined ? "" : `; last attempt: ${problem}`
      }`,
    ]),
    ["pending", pending.join(", ") || undefined],
    ["collected", lastCollection ? ago(lastCollection.at) : "not yet"],
    ...(lastCollection?.failing ?? []).map(({ source, why }): [string, string] => ["failing", `${source}: ${why}`]),
    [
      "collecting",
      slowCollection &&
      `for ${seconds(slowCollection.since)} s, no answer yet from ${slowCollection.waitingFor.join(", ")}`,
    ],
    ["last error", lastError && `${ago(lastError.at)}: ${lastError.message}`],
    ["verdict", verdict],
  ];
  // A server's words and a tool's are in it.
  const text = lines.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name.padEnd(11)} ${escapeControls(value)}\n`]
  );
  return { isWell, text: text.join("") };
}
