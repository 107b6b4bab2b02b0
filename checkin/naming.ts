/** The ids by which the node is named to its server, and when they become fewer. */
import type { Identity } from "../collectors/facts/mod.ts";
import type { DaemonDeps } from "./environment.ts";
import type { NodeIds } from "./hanlon/client.ts";
import { type Identified, identify, keepUuidAlone } from "./hanlon/identify.ts";
import { isEmpty, nodeIds } from "./hanlon/identity.ts";
import { isListening } from "./listening.ts";

/** After so many time-outs in a row it may be that two nodes match this machine, which a server never answers. */
const LATE_BEFORE_OTHER_IDS = 2;

export interface Naming {
  readonly identity: Identity;
  /** Why it may be another machine's too. */
  readonly doubts: readonly string[];
  ids(): NodeIds;
  /** Reads the identity again while there is none. Gives whether there is one that a server takes. */
  complete(): Promise<boolean>;
  /**
   * After `lateInARow` time-outs in a row of the server at `uri`: if it may be that two nodes match this machine, it is
   * asked by uuid alone from now on. True where there is no uuid, and the server is to be left alone for a while: each
   * such request burns a thread of it.
   */
  afterTimeOuts(lateInARow: number, uri: string): Promise<boolean>;
}

/** The naming of a node that was identified. */
export function createNaming(deps: DaemonDeps, identified: Identified): Naming {
  const { clock, log } = deps;
  const accepts = deps.isListening ?? ((uri) => isListening(uri, clock));
  return {
    get identity() {
      return identified.identity;
    },
    get doubts() {
      return identified.doubts;
    },
    ids: () => nodeIds(identified.identity, identified.isUuidAlone),
    async complete() {
      if (isEmpty(identified.identity)) identified = await identify(deps);
      return !isEmpty(identified.identity);
    },
    async afterTimeOuts(lateInARow, uri) {
      const { identity, isUuidAlone } = identified;
      if (lateInARow < LATE_BEFORE_OTHER_IDS || isUuidAlone || identity.macs.length === 0) return false;
      if (!await accepts(uri)) return false;
      const words = "the server accepts connections and does not answer, as it does where two nodes match one machine";
      if (identity.uuid === undefined) {
        log.once("two matches", "WARN", `${words}: it is asked again in ten minutes`);
        return true;
      }
      log.warn(`${words}: asking by uuid alone from now on`, { uuid: identity.uuid });
      identified = { ...identified, isUuidAlone: true };
      keepUuidAlone(deps, identified);
      return false;
    },
  };
}
