/** The files that a configuration names for https. */
import { assertEquals } from "@std/assert";
import { parseConfig } from "../../../checkin/config/mod.ts";
import { readCredentials } from "../../../checkin/config/credentials.ts";
import { withFolder } from "../../collectors/host/support.ts";
import { configText } from "../agent.ts";

const PEM = (label: string) => `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;

/** What becomes of `texts`, the contents of the files that the keys name. */
async function read(texts: Record<string, string>): Promise<ReturnType<typeof readCredentials>> {
  let result: ReturnType<typeof readCredentials>;
  await withFolder(async (folder) => {
    const keys: Record<string, string> = { mk_uri: "https://hanlon.test:8026" };
    for (const [key, text] of Object.entries(texts)) {
      keys[key] = `${folder}/${key}`;
      await Deno.writeTextFile(keys[key], text, { mode: 0o600 });
    }
    result = readCredentials(parseConfig(configText(keys), "mk_conf.yaml"));
    if ("problem" in result) result.problem = result.problem.replaceAll(`${folder}/`, "");
  });
  return result!;
}

Deno.test("readCredentials() reads each file, the token without the end of its line", async () => {
  assertEquals(await read({}), { credentials: {} });
  const [ca, cert, key] = [PEM("CERTIFICATE"), `Subject: node7\n${PEM("CERTIFICATE")}`, PEM("EC PRIVATE KEY")];
  assertEquals(await read({ mk_ca_file: ca }), { credentials: { tls: { caCerts: [ca] } } });
  assertEquals(
    await read({ mk_ca_file: ca, mk_client_cert_file: cert, mk_client_key_file: key, mk_token_file: "t0ken\r\n" }),
    { credentials: { tls: { caCerts: [ca], cert, key }, token: "t0ken" } },
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
  for (const [texts, problem] of cases) assertEquals(await read(texts), { problem });
});
