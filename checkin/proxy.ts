/**
 * Proxies. Requests go through the proxy that the environment names, because Deno's HTTP client takes it from there and
 * offers no way to do without: `HTTP_PROXY` for http, `HTTPS_PROXY` for https, `ALL_PROXY` for both, `NO_PROXY` for the
 * hosts that are reached directly (Deno's ext/fetch/proxy.rs; each also in lower case). A container gets them only from
 * whoever starts it. A request that fails names them, because its error looks like the server's.
 */

/** The variables that matter to an address of this protocol, in the order in which Deno looks for them. */
const VARIABLES: Record<string, readonly string[]> = {
  "http:": ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
  "https:": ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
};
const EXCEPTIONS = ["NO_PROXY", "no_proxy"];

/** Every variable that is read, for the permissions of the compiled program. */
export const PROXY_VARIABLES: readonly string[] = [
  ...new Set([...Object.values(VARIABLES).flat(), ...EXCEPTIONS]),
];

/** ` (HTTP_PROXY=http://proxy:3128, NO_PROXY=localhost)`, without user and password; empty where no proxy is named. */
export function proxyNote(protocol: string, env: (name: string) => string | undefined = variable): string {
  const named = (names: readonly string[]) => {
    const name = names.find((name) => (env(name) ?? "") !== "");
    return name === undefined ? [] : [`${name}=${env(name)!.replace(/^(.*\/\/)?[^/]*@/, "$1…@").slice(0, 200)}`];
  };
  const proxy = named(VARIABLES[protocol] ?? []);
  return proxy.length === 0 ? "" : ` (${[...proxy, ...named(EXCEPTIONS)].join(", ")})`;
}

function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    // Run with fewer permissions.
    return undefined;
  }
}
