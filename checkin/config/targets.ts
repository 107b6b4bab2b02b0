/** Where facts go besides a Hanlon server: `mk_facts_uri` with its format, and the list `mk_facts_targets`. */
import { isMap, prune } from "../../collectors/values.ts";
import { FACTS_FORMATS, type FactsFormatName } from "../formats/mod.ts";
import { address, describe, filePath, type Reader } from "./values.ts";

/** One server that gets the facts. */
export interface FactsTarget {
  /** What it is called in log and status: "mk_facts_uri", "mk_facts_targets[0]". */
  name: string;
  /** Addresses of one server: the next one is tried where one does not answer. */
  uris: string[];
  format: FactsFormatName;
  /** Whether the typed facts have the section `raw` as well. */
  raw?: boolean;
  /** PEM and token, as the keys of a configuration that end alike. */
  mk_ca_file?: string;
  mk_client_cert_file?: string;
  mk_client_key_file?: string;
  mk_token_file?: string;
}

/** The files that a target may name, under the names of its entry. */
const FILE_KEYS = {
  ca_file: "mk_ca_file",
  client_cert_file: "mk_client_cert_file",
  client_key_file: "mk_client_key_file",
  token_file: "mk_token_file",
} as const;

/** More are a mistake, and each is a request and a copy of the facts. */
const MOST_TARGETS = 16;

/** The name of a format. */
export const factsFormat: Reader<FactsFormatName> = {
  expected: `one of ${FACTS_FORMATS.join(", ")}`,
  read: (text) => FACTS_FORMATS.find((name) => name === text),
};

/**
 * The entries of `mk_facts_targets`: maps of uri (an address, or a list of addresses of one server), format, token_file,
 * ca_file, client_cert_file, client_key_file. One that cannot be used is left out, and `problems` says why; `ignored` are
 * the addresses that cannot be used of a target that has others.
 */
export function readTargets(found: unknown): { targets: FactsTarget[]; problems: string[]; ignored: string[] } {
  const targets: FactsTarget[] = [], problems: string[] = [], ignored: string[] = [];
  if (found === undefined || found === null) return { targets, problems, ignored };
  if (!Array.isArray(found)) {
    return { targets, problems: ["mk_facts_targets: expected a list of maps with uri and format"], ignored };
  }
  for (const [i, entry] of found.slice(0, MOST_TARGETS).entries()) {
    const name = `mk_facts_targets[${i}]`;
    try {
      targets.push(readTarget(name, entry, (problem) => ignored.push(`${name}: ${problem}`)));
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (found.length > MOST_TARGETS) {
    problems.push(
      `mk_facts_targets: found ${found.length} targets, expected at most ${MOST_TARGETS}: the others are left out`,
    );
  }
  return { targets, problems, ignored };
}

/** Throws an Error that says what is wrong with it. */
function readTarget(name: string, entry: unknown, ignore: (problem: string) => void): FactsTarget {
  if (!isMap(entry)) throw new Error("expected a map with uri and format");
  const { uri, format = "facts", ...others } = entry;
  const unknown = Object.keys(others).filter((key) => !Object.hasOwn(FILE_KEYS, key));
  if (unknown.length > 0) throw new Error(`${unknown.join(", ")} means nothing here`);
  const target = prune<FactsTarget>({
    name,
    uris: addresses(Array.isArray(uri) ? uri : [uri], ignore),
    format: value("format", format, factsFormat),
    ...Object.fromEntries(
      Object.entries(FILE_KEYS).map(([key, as]) => [
        as,
        others[key] === undefined ? undefined : value(key, others[key], filePath),
      ]),
    ),
  } as FactsTarget);
  const problem = targetProblem(target);
  if (problem !== undefined) throw new Error(problem);
  return target;
}

/** Those of `found` that can be used. Throws an Error that says what is wrong where there is none. */
function addresses(found: unknown[], ignore: (problem: string) => void): string[] {
  const problems: string[] = [];
  const usable = found.flatMap((each) => {
    try {
      return [value("uri", each, address)];
    } catch (error) {
      problems.push((error as Error).message);
      return [];
    }
  });
  if (usable.length === 0) throw new Error(problems[0] ?? `uri: expected ${address.expected}`);
  problems.forEach(ignore);
  return usable;
}

function value<T>(key: string, found: unknown, reader: Reader<T>): T {
  const read = typeof found === "string" ? reader.read(found) : undefined;
  if (read === undefined) throw new Error(`${key}: found ${describe(found)}, expected ${reader.expected}`);
  return read;
}

/** What the values of one target say against each other: a secret does not travel in clear. */
function targetProblem({ uris, mk_token_file, mk_client_cert_file, mk_client_key_file }: FactsTarget) {
  if (mk_token_file !== undefined && uris.some((uri) => uri.startsWith("http:"))) {
    return "token_file: a token is sent over https only";
  }
  if ((mk_client_cert_file === undefined) !== (mk_client_key_file === undefined)) {
    return "found one of client_cert_file and client_key_file, expected both or none";
  }
}
