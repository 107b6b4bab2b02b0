/**
 * The daemon: check in, obey, register when there is reason to. Three things go on side by side and never wait for one
 * another: check-ins, collections, and the deliveries of what a server is owed.
 */
import { checkinRequest, isSameReason, type Outcome, reasonOf } from "./hanlon/client.ts";
import { type Alarm, createAlarm } from "./clock.ts";
import type { DaemonDeps } from "./deps.ts";
import { createFactsKeeper, failingSources, SLOW_MS } from "./fact_cache.ts";
import { identify } from "./hanlon/identify.ts";
import { isEmpty, nodeIds } from "./hanlon/identity.ts";
import { isTaken, POWER_COMMANDS } from "./power.ts";
import { afterAnswer, afterFailure, firstCheckin, REGISTER_TIMEOUT_MS, RETRY_CAP_MS } from "./schedule.ts";
import { createSettings, type Setting, type Settings } from "./config/settings.ts";
import { createStatusWriter, remember, tellUnwritten, timestamp, writeWaiting } from "./state/status.ts";
import { createTelling } from "./registration.ts";

/** How often what the conversation cannot begin without is looked at again: a configuration, an identity. */
const WAIT_MS = 5_000;

/** After so many commands that the machine outlived, something is wrong on the host. */
const MOST_UNANSWERED = 3;

/** Runs until `deps.signal` is aborted; then everything under way is given up, and it returns. */
export async function runDaemon(deps: DaemonDeps): Promise<void> {
  const { clock, log, signal } = deps;
  log.always("started", { version: deps.agentVersion, pid: deps.pid });
  const startedAt = timestamp(deps);
  const settings = createSettings(deps);
  const alarm = createAlarm(clock, signal);
  let isReloadWanted = false;
  const stopListening = deps.onReload?.(() => {
    log.info("told to read the configuration again");
    isReloadWanted = true;
    alarm.ring();
  });
  try {
    let problem: string | undefined;
    while (!signal.aborted && !settings.reload()) {
      if (settings.problem !== undefined && settings.problem !== problem) {
        writeWaiting(deps, startedAt, settings.problem);
      }
      problem = settings.problem;
      await alarm.until(clock.monotonic() + WAIT_MS);
    }
    if (signal.aborted) return;
    await talk(deps, startedAt, settings, alarm, () => {
      const wanted = isReloadWanted;
      isReloadWanted = false;
      return wanted;
    });
  } finally {
    stopListening?.();
    settings.close();
    log.always("ended");
  }
}

/** The conversation, once there is a configuration. `isReloadWanted` tells it once. */
async function talk(
  deps: DaemonDeps,
  startedAt: string,
  settings: Settings,
  alarm: Alarm,
  isReloadWanted: () => boolean,
): Promise<void> {
  const { clock, random, log, state, signal, power } = deps;
  const setting = (): Setting => settings.current!;
  const intervalMs = () => setting().config.mk_checkin_interval * 1000;

  let { identity, bootId, isSameBoot } = await identify(deps);
  const before = isSameBoot ? remember(log, state.readStatus()) : undefined;
  const remembered = isSameBoot ? remember(log, state.readRegistered()) : undefined;
  let isFirstCheckin = remember(log, state.readFirstCheckin()) ?? false;
  const writeStatus = createStatusWriter(deps, startedAt, before, () => setting().config);
  const keeper = createFactsKeeper(deps, {
    identity: () => identity,
    bootId,
    onFacts: ({ sources }) => {
      const lastCollection = { at: timestamp(deps), failing: failingSources(sources) };
      writeStatus({ lastCollection, slowCollection: undefined });
      telling.compare();
    },
    onSlow: (waitingFor) => writeStatus({ slowCollection: { since: timestamp(deps, SLOW_MS), waitingFor } }),
  });
  const telling = createTelling(deps, {
    setting,
    identity: () => identity,
    collection: () => keeper.collection,
    remembered,
    writeStatus,
    onRegistered: firstCheckinDone,
  });
  // Every boot registers at least once with its server, and a restart does not forget what was owed.
  const { mk_uri, mk_facts_uri } = setting().config;
  const isDeliveryOwed = mk_facts_uri !== undefined &&
    (before?.factsUri !== mk_facts_uri || (before.isDeliveryOwed ?? true));
  if (remembered?.server !== mk_uri || before?.isRegistrationOwed) telling.owe();
  else if (isDeliveryOwed) telling.oweFacts();

  let lastReason: string | undefined;
  let lastCommandMs: number | undefined;
  let schedule = firstCheckin(clock.monotonic(), setting().config.mk_checkin_skew * 1000, random);
  await Promise.all([checkIns(), telling.run()]);
  // Tools are killed by the same signal; the end does not wait for what they may have left behind.
  await Promise.race([keeper.settled(), clock.sleep(500)]);

  async function checkIns(): Promise<void> {
    while (!signal.aborted) {
      await alarm.until(schedule.dueMs);
      if (signal.aborted) return;
      try {
        if (isReloadWanted()) reload();
        if (clock.monotonic() >= schedule.dueMs) await checkIn();
      } catch (error) {
        log.error(`internal error while checking in: ${error instanceof Error ? error.stack : error}`);
        const nextMs = clock.monotonic() + Math.min(intervalMs(), RETRY_CAP_MS);
        schedule = { ...schedule, dueMs: Math.max(schedule.dueMs, nextMs) };
      }
    }
  }

  /** Gives whether another configuration is in force. */
  function reloadSettings(): boolean {
    const before = settings.problem;
    const isAnother = settings.reload();
    const message = settings.problem;
    if (message !== undefined && message !== before) writeStatus({ lastError: { at: timestamp(deps), message } });
    if (isAnother) telling.compare();
    return isAnother;
  }

  function reload(): void {
    if (!reloadSettings()) return;
    // A shorter interval holds at once.
    schedule = { ...schedule, dueMs: Math.min(schedule.dueMs, clock.monotonic() + random() * intervalMs()) };
  }

  async function checkIn(): Promise<void> {
    reloadSettings();
    if (isEmpty(identity)) ({ identity } = await identify(deps));
    if (isEmpty(identity)) {
      // A NIC whose driver is still to come; no server takes a node without a name.
      writeStatus({ lastError: { at: timestamp(deps), message: "check-in: neither a uuid nor a MAC can be read" } });
      schedule = { ...schedule, dueMs: clock.monotonic() + WAIT_MS };
      return lookAtMachine();
    }
    const { config, client } = setting();
    const startedMs = clock.monotonic();
    const outcome = await client.checkin(checkinRequest(config, nodeIds(identity), isFirstCheckin), signal);
    if (signal.aborted) return;
    if (outcome.kind === "command" || outcome.kind === "refused") answered(outcome);
    else unanswered(outcome);
    const fields = { duration_ms: Math.round(clock.monotonic() - startedMs) };
    if (outcome.kind === "command") log.info("check-in", { command: outcome.command, ...fields });
    else log.info("check-in failed", { kind: outcome.kind, ...fields });
    lookAtMachine();
  }

  function lookAtMachine(): void {
    keeper.look();
    const isOld = clock.monotonic() - keeper.lastBegunMs >= setting().config.mk_collect_interval * 1000;
    if (isOld) keeper.collect("mk_collect_interval");
  }

  function answered(outcome: Extract<Outcome, { kind: "command" | "refused" }>): void {
    const { failures, failingSinceMs = 0 } = schedule;
    const outageMs = failures > 0 ? clock.monotonic() - failingSinceMs : 0;
    if (failures > 0) log.always(`server back after ${Math.round(outageMs / 1000)} s`);
    lastReason = undefined;
    telling.serverIsThere(outageMs);
    if (outcome.kind === "command") {
      log.forget("check-in");
      if (settings.take(outcome.clientConfig)) telling.compare();
      if (failures > 0 && outcome.command !== "register") owedByLostAnswer();
      lastCommandMs = clock.monotonic();
      obey(outcome.command);
      writeStatus({ lastCheckin: { at: timestamp(deps), command: outcome.command } });
    } else {
      log.once("check-in", "ERROR", `check-in refused: ${outcome.reason}; tried again every interval`);
      writeStatus({ lastError: { at: timestamp(deps), message: `check-in: ${outcome.reason}` } });
    }
    schedule = afterAnswer(schedule, intervalMs(), clock.monotonic(), random);
  }

  function unanswered(outcome: Exclude<Outcome, { kind: "command" | "refused" }>): void {
    const reason = reasonOf(outcome);
    const at = timestamp(deps);
    telling.serverIsAway();
    if (schedule.failures === 0) log.always(`server unreachable since ${at}: ${reason}`);
    else if (!isSameReason(reason, lastReason)) log.error(`server still unreachable: ${reason}`);
    lastReason = reason;
    writeStatus({ lastError: { at, message: `check-in: ${reason}` } });
    const retryAfterMs = outcome.kind === "unavailable" ? outcome.retryAfterMs : undefined;
    schedule = afterFailure(schedule, clock.monotonic(), random, retryAfterMs);
  }

  /** After so long a silence a server says register, once: it was said in an answer that did not come through. */
  function owedByLostAnswer(): void {
    const silentMs = lastCommandMs === undefined ? 0 : clock.monotonic() - lastCommandMs;
    if (silentMs <= REGISTER_TIMEOUT_MS || telling.isRegistrationOwed) return;
    log.info("registering, because the server may have said register in an answer that was lost");
    telling.owe();
  }

  function obey(command: string): void {
    const powerCommand = POWER_COMMANDS.find((known) => known === command);
    const isKnown = powerCommand !== undefined || command === "register" || command === "acknowledge";
    if (isKnown) log.forget("command");
    if (powerCommand) {
      const sent = power.send(powerCommand);
      if (isTaken(sent)) log.always(`the server says ${sent.message}`);
      else complain(`the server says ${sent.message}`);
      if (power.unanswered < MOST_UNANSWERED) return;
      complain(`${power.unanswered} times told the host to reboot or power off, and this machine is still here`);
    } else if (command === "register") {
      // The server may say it once, or at every check-in until it is done: it is owed, and collected for, once.
      if (telling.isRegistrationOwed && (keeper.collection || keeper.isCollecting)) return;
      log.always("the server says register");
      telling.waitFor(keeper.collect("the server says register"));
      telling.owe();
    } else if (command === "acknowledge") {
      firstCheckinDone();
    } else {
      log.once("command", "always", `the server says ${command}, which means nothing here: ignored`);
    }
  }

  function complain(message: string): void {
    log.error(message);
    writeStatus({ lastError: { at: timestamp(deps), message } });
  }

  function firstCheckinDone(): void {
    if (!isFirstCheckin) return;
    isFirstCheckin = false;
    tellUnwritten(log, state.writeFirstCheckin(false));
  }
}
