/** status.json: what the daemon writes down for `--status`, which loads little else. */
import { join } from "@std/path/join";
import { isMap, prune } from "../../collectors/values.ts";
import { expectValue, type Kept, readKept } from "./kept.ts";

/** Its name in the state folder. */
export const STATUS_FILE = "status.json";

/** What the daemon last did, for `--status`. Times are RFC 3339, UTC. */
export interface Status {
  agentVersion: string;
  pid: number;
  startedAt: string;
  /** mk_uri; absent while there is no configuration. */
  server?: string;
  /** Seconds between two check-ins. */
  intervalSeconds: number;
  lastCheckin?: { at: string; command: string };
  lastRegistration?: { at: string };
  /** The last collection that ended, and why which sources did not answer in it. */
  lastCollection?: { at: string; failing: { source: string; why: string }[] };
  /** The collection that is under way, if it takes long: which sources had not answered after some seconds. */
  slowCollection?: { since: string; waitingFor: string[] } | undefined;
  /** Whether a registration could not be delivered yet. */
  isRegistrationPending: boolean;
  /** mk_facts_uri. */
  factsUri?: string;
  /** Whether the facts could not be delivered to it yet. */
  isDeliveryPending?: boolean;
  /** Every destination of facts, mk_facts_uri among them. */
  deliveries?: DeliveryStatus[];
  /** When the daemon last looked at the machine, where no server is asked. */
  lastLook?: { at: string };
  lastError?: { at: string; message: string };
}

/** How a destination of facts fares. */
export interface DeliveryStatus {
  /** "mk_facts_uri", "mk_facts_targets[0]". */
  name: string;
  format: string;
  /** Scheme, host and port: a path may hold a secret. */
  server: string;
  isPending: boolean;
  /** RFC 3339, UTC. */
  lastDelivery?: string;
  /** Why the last attempt failed, until one succeeds. */
  problem?: string;
}

/** What the daemon wrote into `folder`. Never waits, never throws. */
export function readStatus(folder: string): Kept<Status> {
  return readKept(join(folder, STATUS_FILE), (text) => expectValue(parseStatus(JSON.parse(text))));
}

function parseStatus(json: unknown): Status | undefined {
  const status = isMap(json) ? withPresentNames(json) : json;
  return isStatus(status) ? status as unknown as Status : undefined;
}

/** Version 4.0.0 wrote two keys under other names. */
function withPresentNames({ isRegistrationOwed, isDeliveryOwed, ...status }: Record<string, unknown>) {
  return prune<Record<string, unknown>>({
    isRegistrationPending: isRegistrationOwed,
    isDeliveryPending: isDeliveryOwed,
    ...status,
  });
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = Number.isFinite;
const isTruth: Check = (value) => typeof value === "boolean";
const isTime: Check = (value) => typeof value === "string" && !Number.isNaN(Date.parse(value));
const optional = (check: Check): Check => (value) => value === undefined || check(value);
const listOf = (check: Check): Check => (value) => Array.isArray(value) && value.every(check);
const mapOf = <Key extends string>(checks: Record<Key, Check>): Check => (value) =>
  isMap(value) && Object.entries<Check>(checks).every(([key, check]) => check(value[key]));

const isStatus = mapOf<keyof Status>({
  agentVersion: isText,
  pid: isNumber,
  startedAt: isTime,
  server: optional(isText),
  intervalSeconds: isNumber,
  lastCheckin: optional(mapOf({ at: isTime, command: isText })),
  lastRegistration: optional(mapOf({ at: isTime })),
  lastCollection: optional(mapOf({ at: isTime, failing: listOf(mapOf({ source: isText, why: isText })) })),
  slowCollection: optional(mapOf({ since: isTime, waitingFor: listOf(isText) })),
  isRegistrationPending: isTruth,
  factsUri: optional(isText),
  isDeliveryPending: optional(isTruth),
  deliveries: optional(listOf(mapOf<keyof DeliveryStatus>({
    name: isText,
    format: isText,
    server: isText,
    isPending: isTruth,
    lastDelivery: optional(isTime),
    problem: optional(isText),
  }))),
  lastLook: optional(mapOf({ at: isTime })),
  lastError: optional(mapOf({ at: isTime, message: isText })),
});
