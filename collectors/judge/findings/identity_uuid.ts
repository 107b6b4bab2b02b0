import type { Rule } from "./finding.ts";

/**
 * A machine whose firmware tells no UUID that is its alone: none, or one that its maker ships on thousands of boards,
 * which is not taken (system.uuid, DSP0134 7.2.1). The server then knows it by its MACs, and by nothing once these are
 * replaced.
 */
export const identityUuid: Rule = function* ({ identity, system, sources }) {
  if (identity.uuidSource !== "none" || system?.uuid !== undefined || sources.dmidecode?.status !== "ok") return;
  yield {
    id: "identity-uuid",
    level: "warning",
    path: "identity.uuid",
    message: "the firmware has no UUID, or one that other machines have too: the node is known by its MACs alone",
    evidence: [{ path: "identity.uuidSource", value: identity.uuidSource }],
  };
};
