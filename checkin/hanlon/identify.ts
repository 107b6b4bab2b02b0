/** The identity of this boot: read from the machine, or kept from what was decided before. */
import type { Identity } from "../../collectors/facts/mod.ts";
import { readBootId, readIdentity } from "../../collectors/facts/identity.ts";
import type { AgentDeps } from "../environment.ts";
import { prune } from "../../collectors/values.ts";
import { decideIdentity, isEmpty, type KeptIdentity } from "./identity.ts";
import { logUnwritten, remember } from "../state/status.ts";

export interface Identified {
  identity: Identity;
  /** Why it may be another machine's too. */
  doubts: readonly string[];
  bootId: string | undefined;
  /** Whether the agent was already at work in this boot, so that what it remembers is of this boot. */
  isSameBoot: boolean;
  /** Whether this boot asks the server by uuid alone. */
  isUuidAlone: boolean;
}

/** From now on this boot asks the server by uuid alone, after a restart of the agent too. */
export function keepUuidAlone({ state, log }: AgentDeps, { identity, bootId }: Identified): void {
  logUnwritten(log, state.writeIdentity(prune<KeptIdentity>({ bootId, identity, isUuidAlone: true })));
}

/** Reads and decides the identity, and keeps it in the state folder. Never throws. */
export async function identify({ host, state, log }: AgentDeps): Promise<Identified> {
  const [read, bootId] = await Promise.all([readIdentity(host), readBootId(host)]);
  const kept = remember(log, state.readIdentity());
  const { identity, keep, warnings } = decideIdentity(read.identity, kept, bootId);
  for (const warning of [...read.warnings, ...warnings]) log.once(`identity ${warning}`, "WARN", warning);
  // One that was read in part is not kept for the whole boot.
  if (read.unknown.length === 0 || kept?.bootId === keep.bootId) logUnwritten(log, state.writeIdentity(keep));
  else log.once("identity unknown", "WARN", `the identity is read in part: ${read.unknown.slice(0, 3).join("; ")}`);
  if (isEmpty(identity)) {
    log.once("identity", "ERROR", "neither a uuid nor a MAC can be read: no server takes such a node");
  }
  return {
    identity,
    doubts: read.doubts,
    bootId,
    isSameBoot: bootId !== undefined && kept?.bootId === bootId,
    isUuidAlone: keep.isUuidAlone ?? false,
  };
}
