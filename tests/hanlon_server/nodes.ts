/** What a Hanlon server knows of nodes: how it finds them, tags them, binds them to policies and forgets them. */

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A node as the server stores it. */
export interface HanlonNode {
  /** Hanlon's own id, made when the node is first stored. */
  id: string;
  /** Raised by every check-in and registration. */
  version: number;
  /** The upper-case UUID alone, or the upper-case MACs without colons. */
  hwIds: string[];
  attributes: Record<string, Json>;
  lastState: string;
  /** Seconds since the epoch: the last check-in or registration. */
  lastContact: number;
  /** The model template that a policy has bound it to. */
  model?: ModelTemplate;
}

/** The two models that a test needs: the one answers reboot, the other poweroff. */
export type ModelTemplate = "boot_local" | "discover_only";

/** Binds nodes that have all its tags to a model; the first one that fits wins. */
export interface Policy {
  tags: string[];
  template: ModelTemplate;
}

/** Gives a node `tag` when all its matchers fit. */
export interface TagRule {
  tag: string;
  matchers: { key: string; compare: "equal" | "like"; value: string; inverse?: boolean }[];
}

/** What a request says of the node that sends it. */
export interface Ids {
  uuid: string;
  /** `mac_id` as it was sent, MACs joined with `_`. */
  macId: string;
}

/** The nodes whose stored ids fit: the UUID alone, or else one MAC in common. More than one hangs the server. */
export function matching(nodes: readonly HanlonNode[], ids: Ids): HanlonNode[] {
  const uuid = ids.uuid.toUpperCase();
  const macs = macsOf(ids);
  return nodes.filter((node) =>
    (uuid !== "" && node.hwIds.length === 1 && node.hwIds[0] === uuid) || node.hwIds.some((id) => macs.includes(id))
  );
}

/** The ids to store after a registration: the UUID replaces everything, MACs are added to what is known. */
export function hwIdsAfter(ids: Ids, before: readonly string[]): string[] {
  return ids.uuid === "" ? [...new Set([...before, ...macsOf(ids)])] : [ids.uuid.toUpperCase()];
}

/** The MACs of `mac_id`, upper case: the parts between underscores. */
export function macsOf(ids: Ids): string[] {
  return ids.macId.toUpperCase().split("_").filter((mac) => mac !== "");
}

/** The server's own tag rules, in its order: attribute, what its text must hold, what is written around that text. */
const BUILT_IN: readonly { key: string; holds: RegExp; before: string }[] = [
  { key: "mk_hw_cpu_count", holds: /\d+/, before: "cpus_" },
  { key: "mk_hw_bus_vendor", holds: /./, before: "" },
  { key: "mk_hw_mem_size", holds: /./, before: "memsize_" },
  { key: "mk_hw_nic_count", holds: /\d+/, before: "nics_" },
];

/** The tags of a node: those of `rules`, its ids, and the built-in ones. */
export function tagsOf(node: HanlonNode, rules: readonly TagRule[]): string[] {
  const { attributes } = node;
  const ruled = rules.filter((rule) => rule.matchers.every((matcher) => fits(attributes, matcher))).map((r) => r.tag);
  const builtIn = BUILT_IN.flatMap(({ key, holds, before }) => {
    const text = inWords(own(attributes, key));
    return holds.test(text) ? [before + text] : [];
  });
  // Without a word about which kind of machine, the tag is "_vm".
  if (inWords(own(attributes, "is_virtual")) === "true") builtIn.push(`${inWords(own(attributes, "virtual"))}_vm`);
  return [...ruled, ...node.hwIds, ...builtIn].map((tag) => tag.replace(/[^A-Za-z0-9_%=\-\\+]/g, ""))
    .filter((tag) => tag !== "");
}

/** A value as Ruby writes it into a text: nothing for null and for what is missing. */
function inWords(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function fits(attributes: Record<string, Json>, matcher: TagRule["matchers"][number]): boolean {
  const value = own(attributes, matcher.key);
  const fit = matcher.compare === "equal"
    ? (value === true ? "true" : value) === matcher.value
    : new RegExp(matcher.value, "m").test(inWords(value));
  return fit !== (matcher.inverse ?? false);
}

function own(attributes: Record<string, Json>, key: string): Json | undefined {
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined;
}

/** The model of the first policy whose tags the node has all of. */
export function modelFor(tags: readonly string[], policies: readonly Policy[]): ModelTemplate | undefined {
  return policies.find((policy) => policy.tags.every((tag) => tags.includes(tag)))?.template;
}

/** What the memory store gives back: a string loses its leading colon. */
export function asStored(value: Json): Json {
  if (typeof value === "string") return value.startsWith(":") ? value.slice(1) : value;
  if (Array.isArray(value)) return value.map(asStored);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asStored(inner)]));
}

/** The words in which the MongoDB driver refuses a key, at any depth; undefined where it takes them all. */
export function refusedKey(value: Json): string | undefined {
  if (Array.isArray(value)) return value.map(refusedKey).find((words) => words !== undefined);
  if (value === null || typeof value !== "object") return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (key.includes(".")) return `key ${key} must not contain '.'`;
    if (key.startsWith("$")) return `key ${key} must not start with '$'`;
    const words = refusedKey(inner);
    if (words !== undefined) return words;
  }
  return undefined;
}

/** A new id in Hanlon's form: 22 letters and digits. */
export function newId(): string {
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return [...crypto.getRandomValues(new Uint8Array(22))].map((byte) => letters[byte % letters.length]).join("");
}
