import { spawn } from "node:child_process";
import { type AnsweredHold, APPROVAL_NAMESPACE, approvalText } from "@custody/signatures";
import { CliError } from "../error.ts";

/** Far more than a signature has. */
const SIGNATURE_BYTES_MAX = 64 * 1024;

/**
 * Has ssh-keygen sign an answer. It asks for a passphrase, an agent or a token by itself: the key's secret half is none of
 * our business.
 *
 * @throws CliError
 */
export async function signedWithSsh(
  answered: AnsweredHold,
  path: string,
): Promise<{ readonly kind: "ssh-key"; readonly signature: string }> {
  return { kind: "ssh-key", signature: await runKeygen(path, approvalText(answered)) };
}

function runKeygen(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("ssh-keygen", ["-q", "-Y", "sign", "-f", path, "-n", APPROVAL_NAMESPACE], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let signature = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      if (signature.length < SIGNATURE_BYTES_MAX) signature += piece;
    });
    // It may end before it has read what it does not want.
    child.stdin.on("error", () => {});
    child.on("error", (cause) =>
      reject(
        new CliError("FILE_UNUSABLE", "ssh-keygen cannot be started", "install OpenSSH 8.1 or later", {
          cause,
        }),
      ),
    );
    child.on("close", (code) => {
      if (code === 0) resolve(signature);
      else
        reject(
          new CliError("FILE_UNUSABLE", `ssh-keygen did not sign with ${path}`, "see what it said above"),
        );
    });
    child.stdin.end(text);
  });
}
