/**
 * The daemon: check in, obey, register when there is reason to. Check-ins, collections and reports run concurrently and
 * never wait for one another.
 */
import { isSameReason, type Outcome, reasonOf } from "./hanlon/answer.ts";
import { checkinRequest } from "./hanlon/client.ts";
import { type Alarm, createAlarm, settlesWithin } from "./clock.ts";
import { createCommands } from "./commands.ts";
import type { DaemonDeps } from "./environment.ts";
import { createFactCache, failingSources, SLOW_MS } from "./fact_cache.ts";
import { identify } from "./hanlon/identify.ts";
import { createLostRegister } from "./lost_register.ts";
import { createNaming } from "./naming.ts";
import { afterAnswer, afterFailure, afterTwoMatches, firstCheckin, RETRY_CAP_MS, SLOW_ANSWER_MS } from "./schedule.ts";
import { rememberChanges } from "./state/changes.ts";
import { createProvenSettings } from "./proven_settings.ts";
import { createReports } from "./reports.ts";
import { createSettling } from "./settling.ts";
import { specsOf } from "./specs.ts";
import { hanlonAddress } from "./config/mod.ts";
import { TAKEN_ONCE } from "./formats/mod.ts";
import { createSettings, type Setting, type Settings } from "./config/settings.ts";
import { openDelivered } from "./state/delivered.ts";
import { createStatusWriter, logUnwritten, remember, timestamp, writeWaiting } from "./state/status.ts";

/** How often what the conversation cannot begin without is looked at again: a configuration, an identity. */
const WAIT_MS = 5_000;

/** A first check-in that waits longer is announced. */
const LONG_SKEW_MS = 10_000;

/** After so many time-outs in a row the server may be unable to answer within what it has set itself. */
const LATE_BEFORE_OTHER_SETTINGS = 3;

/** Runs until `deps.signal` is aborted; then everything under way is given up, and it returns. */
export async function runDaemon(deps: DaemonDeps): Promise<void> {
  const { clock, log, signal } = deps;
  log.always("started", { version: deps.agentVersion, pid: deps.pid });
  const startedAt = timestamp(deps);
  const settings = createSettings(deps);
  const alarm = createAlarm(clock, signal);
  let isReloadWanted = false;
  const stopListening = deps.onReload?.(() => {
    log.info("reading the configuration again");
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

/** The conversation, once there is a configuration. `isReloadWanted` is true once for each SIGHUP. */
async function talk(
  deps: DaemonDeps,
  startedAt: string,
  settings: Settings,
  alarm: Alarm,
  isReloadWanted: () => boolean,
): Promise<void> {
  const { clock, random, log, state, signal } = deps;
  const setting = (): Setting => settings.current!;
  const intervalMs = () => setting().config.mk_checkin_interval * 1000;

  const identified = await identify(deps);
  const { bootId, isSameBoot } = identified;
  const naming = createNaming(deps, identified);
  const proven = createProvenSettings(settings, deps);
  const before = isSameBoot ? remember(log, state.readStatus()) : undefined;
  const remembered = isSameBoot ? remember(log, state.readRegistered()) : undefined;
  let isFirstCheckin = remember(log, state.readFirstCheckin()) ?? false;
  let schedule = firstCheckin(clock.monotonic(), setting().config.mk_checkin_skew * 1000, random);
  const writeStatus = createStatusWriter(deps, startedAt, before, () => ({
    ...setting().config,
    mk_checkin_interval: Math.round((schedule.paceMs ?? intervalMs()) / 1000),
  }));
  const cache = createFactCache(deps, {
    identified: () => naming,
    labels: () => setting().config.mk_labels,
    bootId,
    specs: specsOf(log, state.folder, () => setting().config.mk_spec_path),
    onFacts: (facts, changes) => {
      logUnwritten(log, rememberChanges(state.folder, timestamp(deps), changes));
      const lastCollection = { at: timestamp(deps), failing: failingSources(facts.sources) };
      writeStatus({ lastCollection, slowCollection: undefined });
      settling.saw(facts);
      reports.compare();
    },
    onSlow: (waitingFor) => writeStatus({ slowCollection: { since: timestamp(deps, SLOW_MS), waitingFor } }),
  });
  const settling = createSettling(deps, {
    isWanted: () => setting().destinations.some(({ target }) => TAKEN_ONCE.has(target.format)),
    collect: cache.collect,
  });
  const reports = createReports(deps, {
    setting,
    ids: naming.ids,
    collection: () => cache.collection,
    isSettled: () => settling.isSettled,
    remembered,
    delivered: openDelivered(state.folder, bootId),
    writeStatus,
    onRegistered: firstCheckinDone,
  });
  // Every boot registers at least once with its server; what was pending is pending again after a restart.
  if (remembered?.server !== setting().config.mk_uri || before?.isRegistrationPending) reports.register();

  let lastReason: string | undefined;
  const lostRegister = createLostRegister(clock, before?.lastCheckin?.at);
  const obey = createCommands(deps, { reports, cache, onAcknowledge: firstCheckinDone, onFailed: complain });
  let lateInARow = 0;
  const waitMs = schedule.dueMs - clock.monotonic();
  if (waitMs >= LONG_SKEW_MS) log.always(`first check-in in ${Math.round(waitMs / 1000)} s (mk_checkin_skew)`);
  await Promise.all([checkIns(), reports.run()]);
  // Tools are killed by the same signal; the end does not wait for what they may have left behind.
  await settlesWithin(clock, 500, cache.settled());

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
    if (isAnother) {
      proven.forget();
      reports.compare();
    }
    return isAnother;
  }

  function reload(): void {
    if (!reloadSettings()) return;
    // A shorter interval holds at once.
    schedule = { ...schedule, dueMs: Math.min(schedule.dueMs, clock.monotonic() + random() * intervalMs()) };
  }

  async function checkIn(): Promise<void> {
    reloadSettings();
    const server = hanlonAddress(setting().config);
    if (!server) return await lookAlone();
    if (!await naming.complete()) {
      // A NIC whose driver is still to come; no server takes a node without a name.
      writeStatus({ lastError: { at: timestamp(deps), message: "check-in: neither a uuid nor a MAC can be read" } });
      schedule = { ...schedule, dueMs: clock.monotonic() + WAIT_MS };
      return lookAtMachine();
    }
    const { config, client } = setting();
    const startedMs = clock.monotonic();
    const outcome = await client.checkin(checkinRequest(server, naming.ids(), isFirstCheckin), signal);
    if (signal.aborted) return;
    const tookMs = clock.monotonic() - startedMs;
    if (outcome.kind === "command" || outcome.kind === "refused") {
      proven.answered(config);
      answered(outcome, tookMs);
    } else {
      await unanswered(outcome, server.mk_uri);
    }
    const fields = { duration_ms: Math.round(tookMs) };
    if (outcome.kind === "command") log.info("check-in", { command: outcome.command, ...fields });
    else log.info("check-in failed", { kind: outcome.kind, ...fields });
    lookAtMachine();
  }

  /** Where facts go elsewhere alone, nobody is asked: the machine is looked at as often as a server would be. */
  async function lookAlone(): Promise<void> {
    await naming.complete();
    lookAtMachine();
    writeStatus({ lastLook: { at: timestamp(deps) }, isRegistrationPending: false });
    schedule = afterAnswer(schedule, intervalMs(), clock.monotonic(), random);
  }

  function lookAtMachine(): void {
    cache.look();
    const isOld = clock.monotonic() - cache.lastBegunMs >= setting().config.mk_collect_interval * 1000;
    if (isOld) cache.collect("mk_collect_interval");
  }

  function answered(outcome: Extract<Outcome, { kind: "command" | "refused" }>, tookMs: number): void {
    const { failures, failingSinceMs = 0 } = schedule;
    const outageMs = failures > 0 ? clock.monotonic() - failingSinceMs : 0;
    if (failures > 0) log.always(`server back after ${Math.round(outageMs / 1000)} s`);
    lastReason = undefined;
    lateInARow = 0;
    reports.serverIsThere(outageMs);
    if (outcome.kind === "command" && proven.take(outcome.clientConfig)) reports.compare();
    schedule = afterAnswer(schedule, intervalMs(), clock.monotonic(), random, tookMs);
    if (outcome.kind === "command") {
      log.forget("check-in");
      if (lostRegister.mayBe(outcome.command, failures > 0) && !reports.isRegistrationPending) {
        log.info("registering, because the server may have said register in an answer that was lost");
        reports.register();
      }
      obey(outcome.command);
      writeStatus({ lastCheckin: { at: timestamp(deps), command: outcome.command } });
    } else {
      log.once("check-in", "ERROR", `check-in refused: ${outcome.reason}; retried every interval`);
      writeStatus({ lastError: { at: timestamp(deps), message: `check-in: ${outcome.reason}` } });
    }
    if (tookMs > SLOW_ANSWER_MS) {
      log.once("slow server", "WARN", "the server takes long to answer: it is asked less often", {
        duration_ms: Math.round(tookMs),
      });
    } else if (schedule.paceMs === undefined && log.forget("slow server")) {
      log.info("the server answers in time again");
    }
  }

  async function unanswered(
    outcome: Exclude<Outcome, { kind: "command" | "refused" }>,
    server: string,
  ): Promise<void> {
    const reason = reasonOf(outcome);
    const at = timestamp(deps);
    reports.serverIsAway();
    if (schedule.failures === 0) log.always(`server unreachable since ${at}: ${reason}`);
    else if (!isSameReason(reason, lastReason)) log.error(`server still unreachable: ${reason}`);
    lastReason = reason;
    writeStatus({ lastError: { at, message: `check-in: ${reason}` } });
    const retryAfterMs = outcome.kind === "unavailable" ? outcome.retryAfterMs : undefined;
    const isLate = outcome.kind === "unavailable" && outcome.isLate === true;
    lateInARow = isLate ? lateInARow + 1 : 0;
    if (lateInARow >= LATE_BEFORE_OTHER_SETTINGS && proven.fallBack()) reports.compare();
    schedule = await naming.afterTimeOuts(lateInARow, server)
      ? afterTwoMatches(schedule, clock.monotonic(), random)
      : afterFailure(schedule, clock.monotonic(), random, retryAfterMs);
  }

  function complain(message: string): void {
    log.error(message);
    writeStatus({ lastError: { at: timestamp(deps), message } });
  }

  function firstCheckinDone(): void {
    if (!isFirstCheckin) return;
    isFirstCheckin = false;
    logUnwritten(log, state.writeFirstCheckin(false));
  }
}
