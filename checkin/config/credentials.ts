/** The files that a configuration names for https: whom to trust, who this node is, and the token. */
import { type Client, type ClientOptions, createClient } from "../hanlon/client.ts";
import { type Config } from "./mod.ts";
import { whyNotPermitted } from "../cli/permitted.ts";
import { readTrustedFile } from "../state/trusted_files.ts";

/** What the client is made with. */
export type Credentials = Pick<ClientOptions, "tls" | "token">;

/** Certificates of a whole company are less. */
const LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * Reads them. `problems` are whole sentences that begin with the key, and `problem` is all of them; what is there is
 * there whole, or not at all. `warnings` name secrets that other users can read.
 */
export function readCredentials(
  config: Pick<Config, "mk_ca_file" | "mk_client_cert_file" | "mk_client_key_file" | "mk_token_file">,
): { credentials: Credentials; warnings: string[] } | { problem: string; problems: string[] } {
  const warnings: string[] = [], problems: string[] = [];
  const tls: NonNullable<Credentials["tls"]> = {};
  const credentials: Credentials = {};
  const wanted = [
    ["mk_ca_file", "CERTIFICATE", (text: string) => void (tls.caCerts = [text])],
    ["mk_client_cert_file", "CERTIFICATE", (text: string) => void (tls.cert = text)],
    ["mk_client_key_file", "PRIVATE KEY", (text: string) => void (tls.key = text)],
    ["mk_token_file", undefined, (text: string) => void (credentials.token = text.trim())],
  ] as const;
  for (const [key, label, keep] of wanted) {
    const file = config[key];
    if (file === undefined) continue;
    const read = readCredential(file, label);
    if ("problem" in read) {
      problems.push(`${key}: ${read.problem}`);
      continue;
    }
    const isSecret = key === "mk_client_key_file" || key === "mk_token_file";
    if (isSecret && isReadableByOthers(file)) warnings.push(`${key}: ${file}: other users can read it: chmod 600`);
    keep(read.text);
  }
  if (problems.length > 0) return { problem: problems.join("; "), problems };
  return { credentials: { ...credentials, ...(Object.keys(tls).length > 0 ? { tls } : {}) }, warnings };
}

/** The text of one of them; `label` is what its PEM block is called, of a token undefined. */
function readCredential(file: string, label: string | undefined): { text: string } | { problem: string } {
  const refusal = whyNotPermitted(file, "read");
  if (refusal !== undefined) return { problem: refusal };
  const read = readTrustedFile(file, { limitBytes: LIMIT_BYTES, followLinks: true });
  if ("problem" in read) return { problem: read.problem.message };
  // A file of certificates without one is taken by Deno without a word, and then nobody is trusted.
  if (label !== undefined && !new RegExp(`^-----BEGIN ([A-Z]+ )?${label}-----`, "m").test(read.text)) {
    return { problem: `${file}: holds no PEM block of a ${label}` };
  }
  // What a header cannot hold; a token of several lines is a wrong file.
  if (label === undefined && !/^[!-~]+$/.test(read.text.trim())) {
    return { problem: `${file}: found no single word of printable characters` };
  }
  return { text: read.text };
}

function isReadableByOthers(file: string): boolean {
  try {
    const { mode, gid } = Deno.statSync(file);
    return (mode! & 0o004) !== 0 || ((mode! & 0o040) !== 0 && gid !== 0);
  } catch {
    return false;
  }
}

/** The client that is made with them; `problem` is why certificate or key cannot be used, as a whole sentence. */
export function openClient(options: ClientOptions): { client: Client } | { problem: string } {
  try {
    return { client: createClient(options) };
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    return { problem: `mk_ca_file, mk_client_cert_file, mk_client_key_file: ${why}` };
  }
}
