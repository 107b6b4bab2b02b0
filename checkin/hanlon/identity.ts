/**
 * The identity of the node, decided once a boot. A node that registers once by uuid and once by MAC is two nodes to the
 * server, and a check-in that matches two nodes is never answered.
 */
import type { Identity } from "../../collectors/facts/mod.ts";
import { prune } from "../../collectors/values.ts";
import { machineUuid } from "../../collectors/facts/uuid.ts";
import { macAddress } from "../../collectors/mac_address.ts";

/** An identity as kept in the state folder. */
export interface KeptIdentity {
  /** The boot that it was decided in; absent where the kernel gives none. */
  bootId?: string;
  identity: Identity;
  /** In this boot the server is asked by uuid alone: by all ids it does not answer. */
  isUuidAlone?: boolean;
}

/** The identity of this boot. `keep` belongs in the state folder; `warnings` are whole sentences for the log. */
export interface IdentityDecision {
  identity: Identity;
  keep: KeptIdentity;
  warnings: string[];
}

/** The server reads requests of up to 10 KiB; with more MACs a request would be longer. */
const MAC_LIMIT = 780;

/**
 * Decides between the identity just `read` and the one `kept`. Within a boot the kept one stays, whatever is read later.
 * From an earlier boot of the same machine its uuid is kept where none can be read now.
 */
export function decideIdentity(
  read: Identity,
  kept: KeptIdentity | undefined,
  bootId: string | undefined,
): IdentityDecision {
  const warnings: string[] = [];
  const decided = decide(read, kept, bootId, warnings);
  // The name of the host identifies it to nobody, and may be given late.
  const identity = prune<Identity>({ ...decided, hostname: read.hostname ?? decided.hostname });
  const isUuidAlone = bootId !== undefined && kept?.bootId === bootId ? kept.isUuidAlone : undefined;
  return { identity, keep: prune<KeptIdentity>({ bootId, identity, isUuidAlone }), warnings };
}

function decide(
  read: Identity,
  kept: KeptIdentity | undefined,
  bootId: string | undefined,
  warnings: string[],
): Identity {
  if (!kept || isEmpty(kept.identity)) return read;
  const before = kept.identity;
  if (bootId !== undefined && kept.bootId === bootId) {
    if (read.uuid !== before.uuid) {
      warnings.push(`uuid: ${say(read.uuid)} is read now, but this boot goes on with ${say(before.uuid)}`);
    }
    return before;
  }
  const isSameMachine = read.macs.length === 0 || read.macs.some((mac) => before.macs.includes(mac));
  if (read.uuid === undefined && before.uuid !== undefined && isSameMachine) {
    warnings.push(`uuid: none can be read, ${before.uuid} of an earlier start is kept`);
    return { ...read, uuid: before.uuid, uuidSource: before.uuidSource };
  }
  return read;
}

/** True for an identity that no server takes (400): neither a uuid nor a MAC. */
export function isEmpty(identity: Identity): boolean {
  return identity.uuid === undefined && identity.macs.length === 0;
}

/**
 * The node as the two requests name it: MACs without colons, joined with `_`; a uuid that is not known is empty. By uuid
 * alone even a server answers for which two nodes match the machine, one by its uuid and one by a MAC.
 */
export function nodeIds(identity: Identity, isUuidAlone = false): { uuid: string; macId: string } {
  if (isUuidAlone && identity.uuid !== undefined) return { uuid: identity.uuid, macId: "" };
  const macs = identity.macs.slice(0, MAC_LIMIT).map((mac) => mac.replaceAll(":", ""));
  return { uuid: identity.uuid ?? "", macId: macs.join("_") };
}

/** What was kept in the state folder, if `json` is that, else undefined. */
export function parseKeptIdentity(json: unknown): KeptIdentity | undefined {
  const { bootId, identity, isUuidAlone } = (json ?? {}) as
    & Partial<Record<"bootId" | "isUuidAlone", unknown>>
    & { identity?: Record<string, unknown> };
  if (typeof identity !== "object" || identity === null || !Array.isArray(identity.macs)) return undefined;
  const { uuid, uuidSource, macs, hostname } = identity;
  if (uuid !== undefined && machineUuid(String(uuid)) !== uuid) return undefined;
  if (uuidSource !== "kernel-command-line" && uuidSource !== "smbios" && uuidSource !== "none") return undefined;
  if (!macs.every((mac) => typeof mac === "string" && macAddress(mac) === mac)) return undefined;
  return prune<KeptIdentity>({
    bootId: typeof bootId === "string" ? bootId : undefined,
    identity: prune<Identity>({
      uuid: uuid as string | undefined,
      uuidSource,
      macs,
      hostname: typeof hostname === "string" ? hostname : undefined,
    }),
    isUuidAlone: isUuidAlone === true ? true : undefined,
  });
}

function say(uuid: string | undefined): string {
  return uuid ?? "none";
}
