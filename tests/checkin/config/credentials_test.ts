/** The files that a configuration names for https. */
import { assertEquals } from "@std/assert";
import { parseConfig } from "../../../checkin/config/mod.ts";
import { readCredentials } from "../../../checkin/config/credentials.ts";
import { withFolder } from "../../collectors/host/support.ts";
import { configText } from "../agent.ts";

const PEM = (label: string) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;

/** What becomes of `texts`, the contents of the files that the keys name. */
async function read(texts: Record<string, string>, mode = 0o600): Promise<ReturnType<typeof readCredentials>> {
  let result: ReturnType<typeof readCredentials>;
  await withFolder(async (folder) => {
    const keys: Record<string, string> = { mk_uri: "https://hanlon.test:8026" };
    for (const [key, text] of Object.entries(texts)) {
      keys[key] = `${folder}/${key}`;
      await Deno.writeTextFile(keys[key], text, { mode });
    }
    result = readCredentials(parseConfig(configText(keys), "mk_conf.yaml"));
    if ("warnings" in result) result.warnings = result.warnings.map((text) => text.replace(`${folder}/`, ""));
    if ("problems" in result) {
      const problems = result.problems.map((text) => text.replace(`${folder}/`, ""));
      result = { problem: result.problem.replaceAll(`${folder}/`, ""), problems };
    }
  });
  return result!;
}

Deno.test("readCredentials() reads each file, the token without the end of its line", async () => {
  assertEquals(await read({}), { credentials: {}, warnings: [] });
  const [ca, cert, key] = [PEM("CERTIFICATE"), `Subject: node7\n${PEM("CERTIFICATE")}`, PEM("EC PRIVATE KEY")];
  assertEquals(await read({ mk_ca_file: ca }), { credentials: { tls: { caCerts: [ca] } }, warnings: [] });
  assertEquals(
    await read({ mk_ca_file: ca, mk_client_cert_file: cert, mk_client_key_file: key, mk_token_file: "t0ken\r\n" }),
    { credentials: { tls: { caCerts: [ca], cert, key }, token: "t0ken" }, warnings: [] },
  );
});

Deno.test("readCredentials() says which file is not what its key names", async () => {
  const [certificate, key] = [PEM("CERTIFICATE"), PEM("PRIVATE KEY")];
  const cases: [Record<string, string>, string][] = [
    [{ mk_ca_file: "" }, "mk_ca_file: mk_ca_file: holds no PEM block of a CERTIFICATE"],
    [{ mk_ca_file: key }, "mk_ca_file: mk_ca_file: holds no PEM block of a CERTIFICATE"],
    [
      { mk_client_cert_file: certificate, mk_client_key_file: certificate },
      "mk_client_key_file: mk_client_key_file: holds no PEM block of a PRIVATE KEY",
    ],
    ...["", "two words", "first\nsecond\n", "t\u00f6ken"].map((token): [Record<string, string>, string] => [
      { mk_token_file: token },
      "mk_token_file: mk_token_file: found no single word of printable characters",
    ]),
  ];
  for (const [texts, problem] of cases) assertEquals(await read(texts), { problem, problems: [problem] });
  const problems = ["mk_ca_file: mk_ca_file: holds no PEM block of a CERTIFICATE", cases.at(-1)![1]];
  assertEquals(await read({ mk_ca_file: key, mk_token_file: "" }), { problem: problems.join("; "), problems });
});

Deno.test("readCredentials() warns of secrets that other users can read", async () => {
  const files = {
    mk_client_cert_file: PEM("CERTIFICATE"),
    mk_client_key_file: PEM("PRIVATE KEY"),
    mk_token_file: "t0ken",
  };
  const warnings = async (mode: number) => {
    const result = await read(files, mode);
    return "warnings" in result ? result.warnings : result;
  };
  assertEquals(await warnings(0o600), []);
  assertEquals(await warnings(0o604), [
    "mk_client_key_file: mk_client_key_file: other users can read it: chmod 600",
    "mk_token_file: mk_token_file: other users can read it: chmod 600",
  ]);
});
