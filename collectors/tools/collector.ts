import type { Source, SourceName } from "./source.ts";
import { describeFailure, type Host, type RunResult } from "../host/mod.ts";
import { type Parsed, ParseError } from "./parsing.ts";

/** One source of facts. The list of them stands in mod.ts, and nowhere else. */
export interface Collector<T> {
  name: SourceName;
  /** When the runner gives it up. */
  timeoutMs: number;
  /**
   * Asks the host and parses. Never throws for what the machine does; aborting `context.signal` ends it early.
   * What it knows before its end it may hand to `context.partial`, which is used where the deadline comes first.
   */
  collect(host: Host, context: CollectContext<T>): Promise<Collected<T>>;
}

export interface CollectContext<T> {
  signal: AbortSignal;
  /** Keep what is known so far: it is the value where the collector does not come to its end. */
  partial(value: T): void;
}

/** What a collector returns. `value` is there where anything was learnt, whatever the status. */
export interface Collected<T> extends Omit<Source, "elapsedMs" | "unparsed" | "keptFrom"> {
  value?: T;
  /** Every line that no rule understood. */
  unparsed?: string[];
}

/**
 * What one run of a tool gives: the value of what it printed, even where it failed in the end, and what went wrong. Of a
 * flood nothing is read: no machine has so much to tell, and ten thousand DIMMs are no fact about one.
 */
export function collectedFrom<T>(
  tool: string,
  result: RunResult,
  parse: (text: string) => Parsed<T>,
): Collected<T> {
  const failure: Collected<T> | undefined = result.failure && {
    status: result.failure === "flood" ? "failed" : result.failure,
    error: describeFailure(tool, result),
  };
  if (failure && result.failure === "flood") return failure;
  try {
    const { value, unparsed } = parse(result.stdout);
    return { ...(failure ?? { status: "ok" }), value, unparsed: unparsed.map((line) => line.text) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return failure ?? { status: "failed", error: error.message };
  }
}
