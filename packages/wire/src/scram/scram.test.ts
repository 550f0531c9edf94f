import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  iterationsMax,
  makeScramVerifier,
  type ScramMechanism,
  startScramClient,
  startScramServer,
  WireError,
} from "./index.ts";
import { preparePassword } from "./password-preparation.ts";

/** The example of section 3 of RFC 7677. */
const rfc = {
  user: "user",
  password: "pencil",
  clientNonce: "rOprNGfwEbeRWgbNEkqO",
  serverNonce: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
  salt: Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"),
  clientFirst: "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
  serverFirst: "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
  clientFinal:
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
  serverFinal: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
};

const utf8 = (text: string) => Buffer.from(text, "utf8");
const failing = (code: string) => expect.objectContaining({ name: "WireError", code });
const salt = utf8("sixteen bytes ok");
const verifier = makeScramVerifier("secret", salt, 1);

/** A whole exchange, as between a gateway and an agent's driver. */
async function exchange(password: string): Promise<void> {
  const client = startScramClient({ password, nonce: "client" });
  const server = startScramServer({ verifier, nonce: "server" }).receiveClientFirst(client.first);
  const { final, receiveServerFinal } = await client.receiveServerFirst(server.first);
  receiveServerFinal(server.receiveClientFinal(final).final);
}

describe("the example of RFC 7677", () => {
  it("is what the client says", async () => {
    const client = startScramClient({ user: rfc.user, password: rfc.password, nonce: rfc.clientNonce });
    expect(client.first.toString()).toBe(rfc.clientFirst);
    const final = await client.receiveServerFirst(utf8(rfc.serverFirst));
    expect(final.final.toString()).toBe(rfc.clientFinal);
    expect(() => final.receiveServerFinal(utf8(rfc.serverFinal))).not.toThrow();
  });

  it("is what the server says", () => {
    const options = { verifier: makeScramVerifier(rfc.password, rfc.salt, 4096), nonce: rfc.serverNonce };
    const server = startScramServer(options).receiveClientFirst(utf8(rfc.clientFirst));
    expect(server.first.toString()).toBe(rfc.serverFirst);
    expect(server.receiveClientFinal(utf8(rfc.clientFinal)).final.toString()).toBe(rfc.serverFinal);
  });
});

describe("client and server", () => {
  it("agree on a password", async () => {
    await exchange("secret");
  });

  it("disagree on another one", async () => {
    await expect(exchange("Secret")).rejects.toThrow(failing("SCRAM_PROOF_INVALID"));
  });

  it("agree on any password, whatever its script", async () => {
    const anyPassword = fc.string({ unit: "grapheme", minLength: 1 });
    await fc.assert(
      fc.asyncProperty(anyPassword, fc.uint8Array({ minLength: 1 }), async (password, anySalt) => {
        const made = makeScramVerifier(password, Buffer.from(anySalt), 2);
        const client = startScramClient({ password, nonce: "c" });
        const server = startScramServer({ verifier: made, nonce: "s" }).receiveClientFirst(client.first);
        const final = await client.receiveServerFirst(server.first);
        final.receiveServerFinal(server.receiveClientFinal(final.final).final);
      }),
    );
  });
});

describe("the client", () => {
  const start = () => startScramClient({ password: "secret", nonce: "abc" });
  const genuine = `r=abcdef,s=${salt.toString("base64")},i=1`;

  it.each([
    ["a nonce that is not ours", "r=xyzdef,s=AAAA,i=1", "SCRAM_NONCE_MISMATCH"],
    ["our nonce, with nothing added", "r=abc,s=AAAA,i=1", "SCRAM_NONCE_MISMATCH"],
    ["no iterations", "r=abcdef,s=AAAA,i=0", "SCRAM_MALFORMED"],
    ["iterations without end", `r=abcdef,s=AAAA,i=${iterationsMax + 1}`, "SCRAM_ITERATIONS_REFUSED"],
    ["iterations beyond all numbers", `r=abcdef,s=AAAA,i=${"9".repeat(400)}`, "SCRAM_ITERATIONS_REFUSED"],
    ["an empty salt", "r=abcdef,s=,i=1", "SCRAM_MALFORMED"],
    ["a salt that is not base64", "r=abcdef,s=A!,i=1", "SCRAM_MALFORMED"],
    ["a mandatory extension", "m=x,r=abcdef,s=AAAA,i=1", "SCRAM_EXTENSION_UNSUPPORTED"],
    ["attributes in another order", "s=AAAA,r=abcdef,i=1", "SCRAM_MALFORMED"],
    ["nothing", "", "SCRAM_MALFORMED"],
    ["too much", `${genuine},x=${"y".repeat(1024)}`, "SCRAM_MALFORMED"],
  ])("refuses %s", async (_, serverFirst, code) => {
    await expect(start().receiveServerFirst(utf8(serverFirst))).rejects.toThrow(failing(code));
  });

  it("ignores an optional extension, and signs it", async () => {
    await expect(start().receiveServerFirst(utf8(`${genuine},x=y`))).resolves.toBeDefined();
  });

  it("refuses a server that does not know the secret", async () => {
    const { receiveServerFinal } = await start().receiveServerFirst(utf8(genuine));
    const forged = Buffer.alloc(32, 7).toString("base64");
    expect(() => receiveServerFinal(utf8(`v=${forged}`))).toThrow(failing("SCRAM_SERVER_SIGNATURE_INVALID"));
    expect(() => receiveServerFinal(utf8("v="))).toThrow(failing("SCRAM_SERVER_SIGNATURE_INVALID"));
    expect(() => receiveServerFinal(utf8("e=invalid-proof"))).toThrow(failing("SCRAM_SERVER_REFUSED"));
    expect(() => receiveServerFinal(utf8("x=y"))).toThrow(failing("SCRAM_MALFORMED"));
  });

  it("refuses a signature with any bit turned", async () => {
    const client = startScramClient({ user: rfc.user, password: rfc.password, nonce: rfc.clientNonce });
    const { receiveServerFinal } = await client.receiveServerFirst(utf8(rfc.serverFirst));
    const signature = Buffer.from(rfc.serverFinal.slice(2), "base64");
    fc.assert(
      fc.property(fc.nat(255), (bit) => {
        const turned = Buffer.from(
          signature.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
        );
        const attempt = () => receiveServerFinal(utf8(`v=${turned.toString("base64")}`));
        expect(attempt).toThrow(failing("SCRAM_SERVER_SIGNATURE_INVALID"));
      }),
    );
  });

  it("lets the salted password be remembered", async () => {
    let asked = 0;
    const remembered = async () => {
      asked += 1;
      return Buffer.alloc(32);
    };
    const client = startScramClient({ password: "secret", nonce: "abc", saltPassword: remembered });
    await client.receiveServerFirst(utf8(genuine));
    expect(asked).toBe(1);
  });
});

describe("the server", () => {
  const start = (isOffered = false) =>
    startScramServer({
      verifier,
      nonce: "server",
      ...(isOffered ? { channelBinding: Buffer.alloc(32, 1) } : {}),
    });

  it.each([
    ["no support of channel binding", "n,,n=,r=abc"],
    ["support that found no offer", "y,,n=,r=abc"],
    ["a user name, which the startup packet overrides", "n,,n=*,r=abc"],
    ["an optional extension", "n,,n=,r=abc,x=y"],
  ])("accepts %s", (_, clientFirst) => {
    expect(start().receiveClientFirst(utf8(clientFirst)).first.toString()).toMatch(/^r=abcserver,s=.*,i=1$/);
  });

  it.each([
    ["channel binding", "p=tls-server-end-point,,n=,r=abc", "SCRAM_CHANNEL_BINDING"],
    ["an authorization identity", "n,a=admin,n=,r=abc", "SCRAM_MALFORMED"],
    ["an unknown flag", "x,,n=,r=abc", "SCRAM_MALFORMED"],
    ["a mandatory extension", "n,,m=x,n=,r=abc", "SCRAM_EXTENSION_UNSUPPORTED"],
    ["an empty nonce", "n,,n=,r=", "SCRAM_MALFORMED"],
    ["nothing", "", "SCRAM_MALFORMED"],
  ])("refuses %s", (_, clientFirst, code) => {
    expect(() => start().receiveClientFirst(utf8(clientFirst))).toThrow(failing(code));
  });

  it("refuses a client that missed the offer of channel binding", () => {
    const attempt = () => start(true).receiveClientFirst(utf8("y,,n=,r=abc"));
    expect(attempt).toThrow(failing("SCRAM_CHANNEL_BINDING"));
  });

  const proof = Buffer.alloc(32).toString("base64");
  it.each([
    ["another flag than at first", `c=eSws,r=abcserver,p=${proof}`, "SCRAM_CHANNEL_BINDING"],
    ["another nonce", `c=biws,r=abcserver2,p=${proof}`, "SCRAM_NONCE_MISMATCH"],
    ["a proof of nothing", `c=biws,r=abcserver,p=${proof}`, "SCRAM_PROOF_INVALID"],
    ["a short proof", "c=biws,r=abcserver,p=AAAA", "SCRAM_MALFORMED"],
    ["no proof", "c=biws,r=abcserver", "SCRAM_MALFORMED"],
  ])("refuses %s", (_, clientFinal, code) => {
    const { receiveClientFinal } = start().receiveClientFirst(utf8("n,,n=,r=abc"));
    expect(() => receiveClientFinal(utf8(clientFinal))).toThrow(failing(code));
  });
});

describe("channel binding", () => {
  const certificate = Buffer.alloc(32, 1);

  /** The client is bound to what it sees of the channel, the server to its own certificate. */
  async function bound(seen: Buffer | "not-offered", own: Buffer | undefined, mechanism: ScramMechanism) {
    const client = startScramClient({ channelBinding: seen, nonce: "client", password: "secret" });
    const options = { nonce: "server", verifier, ...(own === undefined ? {} : { channelBinding: own }) };
    const server = startScramServer(options).receiveClientFirst(client.first, mechanism);
    const { final, receiveServerFinal } = await client.receiveServerFirst(server.first);
    receiveServerFinal(server.receiveClientFinal(final).final);
  }

  it("holds when both see the same certificate", async () => {
    await bound(certificate, certificate, "SCRAM-SHA-256-PLUS");
    await bound("not-offered", undefined, "SCRAM-SHA-256");
  });

  it.each<[string, Buffer | "not-offered", Buffer | undefined, ScramMechanism]>([
    ["another certificate", Buffer.alloc(32, 2), certificate, "SCRAM-SHA-256-PLUS"],
    ["a part of it", certificate.subarray(1), certificate, "SCRAM-SHA-256-PLUS"],
    ["a binding without the mechanism for it", certificate, certificate, "SCRAM-SHA-256"],
    ["the mechanism without a binding", "not-offered", certificate, "SCRAM-SHA-256-PLUS"],
    ["a mechanism that was not offered", certificate, undefined, "SCRAM-SHA-256-PLUS"],
    ["an offer that got lost on the way", "not-offered", certificate, "SCRAM-SHA-256"],
  ])("refuses %s", async (_, seen, own, mechanism) => {
    await expect(bound(seen, own, mechanism)).rejects.toThrow(failing("SCRAM_CHANNEL_BINDING"));
  });

  it("of another type is not known", () => {
    const server = startScramServer({ channelBinding: certificate, nonce: "server", verifier });
    const first = utf8("p=tls-unique,,n=,r=abc");
    const attempt = () => server.receiveClientFirst(first, "SCRAM-SHA-256-PLUS");
    expect(attempt).toThrow(failing("SCRAM_CHANNEL_BINDING"));
  });
});

describe("garbage", () => {
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: fc.constantFrom(..."nyp=,rsicvme1Aa/+\u00e9"), maxLength: 40 }).map(utf8),
  );

  /** Nothing but a WireError with a code of this part may come out. */
  async function expectWireError(attempt: () => unknown): Promise<void> {
    try {
      await attempt();
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
      expect((error as WireError).code).toMatch(/^SCRAM_/);
    }
  }

  it("fails with a WireError at every step", async () => {
    const client = startScramClient({
      password: "secret",
      nonce: "abc",
      saltPassword: async () => Buffer.alloc(32),
    });
    const server = startScramServer({ verifier, nonce: "server" });
    const clientFinal = await client.receiveServerFirst(utf8("r=abcdef,s=AAAA,i=1"));
    const serverFirst = server.receiveClientFirst(utf8("n,,n=,r=abc"));
    await fc.assert(
      fc.asyncProperty(garbage, async (bytes) => {
        await expectWireError(() => client.receiveServerFirst(bytes));
        await expectWireError(() => clientFinal.receiveServerFinal(bytes));
        await expectWireError(() => server.receiveClientFirst(bytes));
        await expectWireError(() => serverFirst.receiveClientFinal(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it("is refused in what we are configured with", () => {
    expect(() => startScramClient({ password: "secret", nonce: "a,b" })).toThrow(failing("SCRAM_MALFORMED"));
    expect(() => startScramServer({ verifier, nonce: "" })).toThrow(failing("SCRAM_MALFORMED"));
    expect(() => makeScramVerifier("secret", salt, 0)).toThrow(failing("SCRAM_ITERATIONS_REFUSED"));
  });
});

describe("a password", () => {
  it.each([
    ["ASCII is unchanged, even controls", "pen\tcil", "pen\tcil"],
    ["a soft hyphen disappears", "I\u00ADX", "IX"],
    ["a Roman numeral is spelled out", "\u2168", "IX"],
    ["a feminine ordinal becomes a letter", "\u00AA", "a"],
    ["a non-breaking space becomes a space", "a\u00A0\u00E9", "a \u00E9"],
    ["a space of no width becomes a space", "a\u200B\u00E9", "a \u00E9"],
    ["a combining accent is composed", "e\u0301", "\u00E9"],
    ["a prohibited character leaves all as it was", "\u2168\u0080", "\u2168\u0080"],
    ["what would become empty is left as it was", "\u00AD", "\u00AD"],
  ])("%s", (_, password, prepared) => {
    expect(preparePassword(password).toString()).toBe(prepared);
  });
});
