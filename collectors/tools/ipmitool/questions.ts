/** Questions to a BMC, each with its own limit on time: it may be slow, busy or wedged. */
import type { Collected } from "../collector.ts";
import type { Bmc } from "./types.ts";
import { describeFailure, type Host, type RunResult } from "../../host/mod.ts";

/** The longest outputs known, of all FRUs, have 5 kB. */
const OUTPUT_LIMIT_BYTES = 256 * 1024;
/** A slow BMC takes 5 s a call. */
export const CALL_MS = 10_000;

/** What came of one question. */
export interface Answer extends RunResult {
  /** Whether it told nothing, neither yes nor no: the BMC did not answer in time, was busy, or talked without end. */
  isUnanswered: boolean;
}

export interface AskOptions {
  /** Default `CALL_MS`. */
  timeoutMs?: number;
  /** Some healthy BMCs answer it without end (`lan6 print`, where any number is a valid one): no answer is no trouble. */
  mayHang?: boolean;
  /** No answer costs this question alone, and does not count when the BMC is judged to be wedged. */
  isAlone?: boolean;
}

export interface Questions {
  /** Runs ipmitool with a limit on time; answers at once, with `timeout`, where the BMC no longer answers. */
  ask(args: string[], options?: AskOptions): Promise<Answer>;
  /** What went wrong on the way, where something did. */
  trouble(): Pick<Collected<Bmc>, "status" | "error"> | undefined;
}

/** Questions to a BMC that may be wedged: it is given up when the first one, or two in a row, get no answer. */
export function questions(host: Host, signal: AbortSignal): Questions {
  let asked = 0, late = 0, isWedged = false;
  let trouble: Pick<Collected<Bmc>, "status" | "error"> | undefined;
  return {
    ask: async (args, { timeoutMs = CALL_MS, mayHang = false, isAlone = false } = {}) => {
      if (isWedged) return { failure: "timeout", stdout: "", stderr: "", elapsedMs: 0, isUnanswered: true };
      const result = await host.run("ipmitool", args, { timeoutMs, signal, outputLimitBytes: OUTPUT_LIMIT_BYTES });
      const isLate = result.failure === "timeout";
      if (!isAlone) {
        late = isLate ? late + 1 : 0;
        isWedged = late > (asked++ === 0 ? 0 : 1);
      }
      const isFlood = result.failure === "flood";
      const isBusy = result.failure === "failed" && /\b(?:node busy|timeout|timed out)\b/i.test(result.stderr);
      const isUnanswered = isLate || isBusy || isFlood;
      if (isUnanswered && !(isLate && mayHang)) {
        const error = describeFailure(["ipmitool", ...args].join(" "), result);
        trouble ??= { status: isLate ? "timeout" : "failed", error };
      }
      // Of a flood nothing is read.
      return { ...result, isUnanswered, ...isFlood && { stdout: "" } };
    },
    trouble: () => trouble,
  };
}
