/**
 * The one list of the formats in which facts leave: for a destination, on stdout, or both. A format is loaded when it is
 * asked for: a run that needs none pays for none.
 */
import type { Facts } from "../../collectors/facts/mod.ts";
import { factsDocument } from "./facts.ts";

/** What a destination can be sent: the values of `mk_facts_format`. */
export const FACTS_FORMATS = ["facts", "ironic", "glpi", "cyclonedx"] as const;
export type FactsFormatName = (typeof FACTS_FORMATS)[number];

/** Those whose server takes the facts of a boot once, and no later ones. */
export const TAKEN_ONCE: ReadonlySet<FactsFormatName> = new Set(["ironic"]);

/** What can be printed besides the formats of the facts themselves. */
export const DOCUMENT_FORMATS = ["ironic", "glpi", "cyclonedx", "metal3"] as const;
export type DocumentFormatName = (typeof DOCUMENT_FORMATS)[number];

/** Facts as a document of somebody else's. */
export interface DocumentFormat {
  /** Plain JSON. Pure: the same facts give the same document. */
  document(facts: Facts): unknown;
}

/** A document, and how a server takes it. */
export interface FactsFormat extends DocumentFormat {
  /** Where it is posted, of the address that was configured. Throws TypeError where that is none. */
  url(uri: string): string;
  contentType: string;
  /** Headers beside the usual ones, in lower case. */
  headers(facts: Facts): Record<string, string>;
  /** Why the server would refuse these facts, known before they are sent; undefined where it need not. */
  lacks(facts: Facts): string | undefined;
  /** What a status other than 2xx means, where it is not what it means elsewhere. */
  statuses: ReadonlyMap<number, AnswerMeaning>;
  /** The server's own words in the JSON of an answer that refuses. */
  words(answer: unknown): string | undefined;
}

/** `notAwaited`: nobody waits for these facts, which is no failure. `later`: the same request may succeed. */
export type AnswerMeaning = "notAwaited" | "later";

type Loaders =
  & Record<FactsFormatName, () => Promise<FactsFormat>>
  & Record<DocumentFormatName, () => Promise<DocumentFormat>>;

const LOADERS: Readonly<Loaders> = {
  facts: () => Promise.resolve(plain(factsDocument)),
  ironic: async () => {
    const { ironicDocument, ironicUrl, ironicLacks, ironicWords, IRONIC_API_VERSION } = await import("./ironic.ts");
    return {
      ...plain(ironicDocument),
      url: ironicUrl,
      headers: () => ({ "x-openstack-ironic-api-version": IRONIC_API_VERSION }),
      lacks: ironicLacks,
      // 404: no node with one of the MACs waits for its inspection. 409: the node is locked.
      statuses: new Map<number, AnswerMeaning>([[404, "notAwaited"], [409, "later"]]),
      words: ironicWords,
    };
  },
  glpi: async () => {
    const { glpiDocument, glpiHeaders, glpiWords } = await import("./glpi/mod.ts");
    return { ...plain(glpiDocument), headers: glpiHeaders, words: glpiWords };
  },
  cyclonedx: async () => {
    const { cycloneDxBom, CYCLONEDX_MEDIA_TYPE } = await import("./cyclonedx.ts");
    return { ...plain(cycloneDxBom), contentType: CYCLONEDX_MEDIA_TYPE };
  },
  metal3: async () => ({ document: (await import("./metal3.ts")).metal3Hardware }),
};

/** JSON that is posted to the address as it is, and taken with any 2xx. */
function plain(document: FactsFormat["document"]): FactsFormat {
  return {
    document,
    url: (uri) => uri,
    contentType: "application/json",
    headers: () => ({}),
    lacks: () => undefined,
    statuses: new Map(),
    words: () => undefined,
  };
}

/** The format of that name. */
export function loadFormat(name: FactsFormatName): Promise<FactsFormat>;
export function loadFormat(name: DocumentFormatName): Promise<DocumentFormat>;
export function loadFormat(name: FactsFormatName | DocumentFormatName): Promise<DocumentFormat> {
  return LOADERS[name]();
}
