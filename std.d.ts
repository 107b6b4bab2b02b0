// deno-lint-ignore-file no-explicit-any
// The npm package that carries @std ships no types: these are the functions that are used, as the
// official packages declare them (@std/cli 1.0.32, html 1.0.5, path 1.1.6, yaml 1.2.0, assert 1.0.19).

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    boolean?: readonly string[];
    string?: readonly string[];
    collect?: readonly string[];
    negatable?: readonly string[];
    alias?: Record<string, string | readonly string[]>;
    default?: Record<string, unknown>;
    stopEarly?: boolean;
    "--"?: boolean;
    unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  export type Args = { _: (string | number)[] } & Record<string, unknown>;
  export function parseArgs(args: readonly string[], options?: ParseOptions): Args;
}

declare module "@std/html/entities" {
  export function escape(str: string): string;
}

declare module "@std/path" {
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
  export function fromFileUrl(url: URL | string): string;
  export function isAbsolute(path: string): boolean;
  export function join(...paths: string[]): string;
  export function normalize(path: string): string;
  export function relative(from: string, to: string): string;
  export function resolve(...paths: string[]): string;
}

declare module "@std/yaml" {
  export function parse(
    content: string,
    options?: {
      schema?: "core" | "default" | "extended" | "failsafe" | "json";
      allowDuplicateKeys?: boolean;
      onWarning?: (error: Error) => void;
    },
  ): unknown;
  export function stringify(
    data: unknown,
    options?: { indent?: number; lineWidth?: number; skipInvalid?: boolean; sortKeys?: boolean; useAnchors?: boolean },
  ): string;
}

declare module "@std/csv/stringify" {
  export function stringify(
    data: readonly (readonly unknown[])[],
    options?: { columns?: readonly string[]; separator?: string; headers?: boolean; crlf?: boolean },
  ): string;
}

declare module "@std/semver/compare" {
  import type { SemVer } from "@std/semver/try-parse";
  export function compare(a: SemVer, b: SemVer): 1 | 0 | -1;
}

declare module "@std/semver/try-parse" {
  export interface SemVer {
    major: number;
    minor: number;
    patch: number;
    prerelease?: (string | number)[];
    build?: string[];
  }
  export function tryParse(value: string): SemVer | undefined;
}

declare module "@std/text/closest-string" {
  export function closestString(word: string, candidates: readonly string[]): string;
}

declare module "@std/assert/equal" {
  export function equal(a: unknown, b: unknown): boolean;
}

declare module "@std/assert" {
  export class AssertionError extends Error {}
  export function assert(expr: unknown, msg?: string): asserts expr;
  export function assertEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, msg?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void;
  export function assertStrictEquals<T>(actual: unknown, expected: T, msg?: string): asserts actual is T;
  export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T>;
  export function assertGreater<T>(actual: T, expected: T, msg?: string): void;
  export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void;
  export function assertLess<T>(actual: T, expected: T, msg?: string): void;
  export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void;
  export function assertMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertNotMatch(actual: string, expected: RegExp, msg?: string): void;
  export function assertStringIncludes(actual: string, expected: string, msg?: string): void;
  export function assertInstanceOf<T>(
    actual: unknown,
    expected: new (...args: never[]) => T,
    msg?: string,
  ): asserts actual is T;
  export function assertIsError<E extends Error>(
    error: unknown,
    ErrorClass?: new (...args: any[]) => E,
    msgMatches?: string | RegExp,
  ): asserts error is E;
  export function assertThrows<E extends Error>(
    fn: () => unknown,
    ErrorClass?: new (...args: any[]) => E,
    msgIncludes?: string,
  ): E;
  export function assertRejects<E extends Error>(
    fn: () => PromiseLike<unknown>,
    ErrorClass?: new (...args: any[]) => E,
    msgIncludes?: string,
  ): Promise<E>;
  export function fail(msg?: string): never;
  export function unreachable(msg?: string): never;
}

declare module "@std/assert/equal" {
  export function equal(a: unknown, b: unknown): boolean;
}

declare module "@std/path/basename" {
  export function basename(path: string, suffix?: string): string;
}

declare module "@std/path/dirname" {
  export function dirname(path: string): string;
}

declare module "@std/path/join" {
  export function join(...paths: string[]): string;
}

declare module "@std/path/resolve" {
  export function resolve(...paths: string[]): string;
}

declare module "@std/text/closest-string" {
  export function closestString(word: string, candidates: readonly string[]): string;
}

declare module "@std/text/levenshtein-distance" {
  export function levenshteinDistance(str1: string, str2: string): number;
}
