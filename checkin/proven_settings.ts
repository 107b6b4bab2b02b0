/** The settings that a server changes, kept only while it answers under them. */
import type { Clock } from "./clock.ts";
import type { Config } from "./config/mod.ts";
import { isSameMap, type Settings } from "./config/settings.ts";
import type { Logger } from "./log.ts";

/** So long a server's settings are not taken again under which it did not answer. */
const REJECTED_MS = 3_600_000;

export interface ProvenSettings {
  /** The server has answered a check-in under `config`. */
  answered(config: Config): void;
  /** An operator has changed the configuration: what worked before says nothing about it. */
  forget(): void;
  /** Takes what the server sent with an answer (`client_config`). Gives whether anything is changed by it. */
  take(clientConfig: unknown): boolean;
  /** The server does not answer: puts the configuration in force that last worked. Gives whether it is another one. */
  fallBack(): boolean;
}

/** A server that asks for an interval (and with it a time-out) in which it cannot answer would lose its node for ever. */
export function createProvenSettings(
  settings: Settings,
  { clock, log }: { clock: Pick<Clock, "monotonic">; log: Logger },
): ProvenSettings {
  let worked: Config | undefined;
  let lastTaken: unknown;
  let rejected: { clientConfig: unknown; untilMs: number } | undefined;
  return {
    answered(config) {
      worked = config;
    },
    forget() {
      worked = rejected = undefined;
    },
    take(clientConfig) {
      if (rejected && clock.monotonic() < rejected.untilMs && isSameMap(rejected.clientConfig, clientConfig)) {
        return false;
      }
      rejected = undefined;
      const isChanged = settings.take(clientConfig);
      if (isChanged) lastTaken = clientConfig;
      return isChanged;
    },
    fallBack() {
      if (!worked || worked === settings.current?.config || !settings.restore(worked)) return false;
      rejected = { clientConfig: lastTaken, untilMs: clock.monotonic() + REJECTED_MS };
      const { mk_checkin_interval } = worked;
      log.warn("the server does not answer under its new settings: the last that worked are in force again", {
        mk_checkin_interval,
      });
      return true;
    },
  };
}
