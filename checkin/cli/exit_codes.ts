/** What the program ends with. */
export const EXIT = {
  done: 0,
  unusableInput: 1,
  usage: 2,
  configuration: 3,
  server: 4,
  sourceFailed: 5,
  host: 6,
  deviates: 7,
  differs: 8,
} as const;

/** What each means, for `--help` and the manual. */
export const EXIT_CODES: readonly [code: number, meaning: string][] = [
  [EXIT.done, "done"],
  [EXIT.unusableInput, "unusable recording, input or output"],
  [EXIT.usage, "usage error"],
  [EXIT.configuration, "configuration error"],
  [EXIT.server, "the server is unreachable or refuses; --status: the daemon does not check in"],
  [EXIT.sourceFailed, "a source is missing, failed or timed out, or a finding is an error (--strict)"],
  [EXIT.host, "the host did not take a command of the server (--obey)"],
  [EXIT.deviates, "the machine, or one of many, deviates from its spec (--spec)"],
  [EXIT.differs, "something differs (--diff)"],
];

/** By name: a class would have to be loaded to be compared with. */
const CODES: Record<string, number> = {
  UsageError: EXIT.usage,
  UnknownName: EXIT.usage,
  BundleError: EXIT.unusableInput,
  ParseError: EXIT.unusableInput,
  StreamError: EXIT.unusableInput,
  SpecError: EXIT.unusableInput,
  FactsError: EXIT.unusableInput,
  TarError: EXIT.unusableInput,
  ConfigError: EXIT.configuration,
};

/** The exit code of an error that is the user's to mend; undefined for one of the program's own. */
export function exitCodeOf(error: unknown): number | undefined {
  return error instanceof Error ? CODES[error.name] : undefined;
}
