/** The application without a socket, and what may be set of it. */
import type { Answer } from "./answers.ts";
import type { Load } from "./load.ts";
import type { HanlonNode, Ids, Json, Policy, TagRule } from "./nodes.ts";
import type { Call } from "./requests.ts";

/** What may be set before, and changed at any time after the start. Times are in seconds. */
export interface HanlonSettings {
  /** Seconds since the epoch; the wall clock unless a test passes its own. */
  now: () => number;
  /** A known node that was silent for longer is told to register, once. */
  registerTimeout: number;
  /** A node that is not bound and was silent for longer is forgotten. */
  nodeExpireTimeout: number;
  clientConfig: Record<string, Json>;
  policies: Policy[];
  tagRules: TagRule[];
  /**
   * The server's override file (`config/checkin_action.yaml`): by Hanlon's id of a node, what is sent instead of all
   * other commands. Whatever YAML can say comes through as it is; null and false are as if they were not there.
   */
  overrideFile: Map<string, Json>;
  /** The same by hardware id (upper case), for tests that command a node before it has an id of Hanlon's. */
  overrides: Map<string, string>;
  /** 2.x: `first_checkin=true` is always answered with register. */
  obeysFirstCheckin: boolean;
  /** Refuse keys as a MongoDB store does: with a dot, or a leading dollar. */
  mongo: boolean;
  /** What a request costs, and so how long the next one waits; without it answers come at once. */
  load?: Load | undefined;
  /** A server of one core stands still when so many requests burn that more than one node matches. */
  threads: number;
  /** Whether a new node is forgotten again though its registration was answered 201, as the expiry job does under load. */
  loses: () => boolean;
  /** Answers instead of the server where it returns something: for faults. */
  intercept?: ((request: Request) => Response | undefined | Promise<Response | undefined>) | undefined;
}

/** One request and what was answered; `node` is the one that it was about. `answer` is undefined for silence. */
export interface Exchange {
  at: number;
  method: string;
  path: string;
  ids?: Ids;
  answer?: Answer;
  /** The command of a check-in; what the override file holds beside texts is written as JSON. */
  command?: string;
  /** The attributes of a registration, as they were sent. */
  attributes?: Record<string, Json>;
  node?: HanlonNode;
}

/** The application without a socket. */
export interface Hanlon {
  settings: HanlonSettings;
  nodes: HanlonNode[];
  /** The latest requests that were not intercepted, oldest first. */
  exchanges: Exchange[];
  /** Requests that more than one node matches: each burns a thread, whether or not it is still waited for. */
  burning: Map<Call, Ids>;
  /**
   * Undefined means silence: two nodes match, or others' requests of that kind have taken all threads. The same call may
   * be given again, and is answered once a node has expired.
   */
  answer(request: Request | Call): Promise<Answer | undefined>;
  /** Forgets the nodes that were silent for too long, as every request does first. */
  expire(): void;
  tags(node: HanlonNode): string[];
}
