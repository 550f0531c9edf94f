import { type KeySource, LedgerError } from "@custody/ledger";

/** A key that whoever starts the process gives it in an environment variable: 64 hexadecimal digits. It is only read. */
export function environmentSource(
  name: string,
  variables: Readonly<Record<string, string | undefined>>,
): KeySource {
  return {
    description: `environment variable ${name}`,
    async read() {
      const text = variables[name]?.trim() ?? "";
      if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, "hex");
      if (text === "")
        throw new LedgerError(
          "MASTER_KEY_UNAVAILABLE",
          `the master key is kept in the environment variable ${name}, which is not set: set it to 64 hexadecimal digits; a new ledger takes those of \`openssl rand -hex 32\``,
        );
      throw new LedgerError(
        "MASTER_KEY_MALFORMED",
        `the environment variable ${name} must hold 64 hexadecimal digits, and has ${text.length} characters: put the right key into it`,
      );
    },
  };
}
