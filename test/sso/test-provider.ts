import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration } from "oidc-provider";

/** What the provider says of an account, besides its name, which is its subject. */
export interface Account {
  readonly email?: string;
  readonly email_verified?: boolean;
}

export interface TestProviderOptions {
  readonly accounts: Readonly<Record<string, Account>>;
  readonly redirectUri: string;
  readonly configuration?: Partial<Configuration>;
}

export const CLIENT_ID = "custody";
export const CLIENT_SECRET = "a secret of the client that nobody else knows";

/** A certified provider of OpenID Connect, in this process: whoever types the name of an account is it. */
export class TestProvider {
  readonly issuer: string;
  /** Stands between the provider and whoever redeems a code. */
  tamper: (tokens: Record<string, unknown>) => Promise<object> | object = (tokens) => tokens;
  readonly #server: Server;
  /** The paths that were asked for. */
  readonly asked: string[] = [];

  private constructor(
    server: Server,
    issuer: string,
    { accounts, configuration, redirectUri }: TestProviderOptions,
  ) {
    this.#server = server;
    this.issuer = issuer;
    const provider = new Provider(issuer, {
      claims: { email: ["email", "email_verified"], openid: ["sub"] },
      clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [redirectUri] }],
      cookies: { keys: ["of a test"] },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
      // Nobody is asked what the client may know.
      loadExistingGrant: async ({ oidc }) => {
        const { Grant } = oidc.provider;
        const grant = new Grant({
          accountId: oidc.session?.accountId ?? "",
          clientId: oidc.client?.clientId ?? "",
        });
        grant.addOIDCScope("openid email");
        await grant.save();
        return grant;
      },
      pkce: { required: () => true },
      ...configuration,
    });
    provider.use(async (context, next) => {
      await next();
      if (context.path === "/token" && context.status === 200)
        context.body = await this.tamper(context.body as Record<string, unknown>);
    });
    const answer = provider.callback();
    server.on("request", (request, response) => {
      this.asked.push(new URL(request.url ?? "", issuer).pathname);
      void answer(request, response);
    });
  }

  static async start(options: TestProviderOptions): Promise<TestProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return new TestProvider(server, `http://127.0.0.1:${port}`, options);
  }

  /** Goes where a browser is sent, and signs in there. Resolves to where the browser is sent back to. */
  async signIn(url: string, account: string): Promise<URL> {
    const browser = new Cookies();
    const form = await browser.follow(url, this.issuer);
    if (!form.href.startsWith(`${this.issuer}/interaction/`)) return form;
    const body = new URLSearchParams({ login: account, password: "any", prompt: "login" });
    return browser.follow(form.href, this.issuer, { body, method: "POST" });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** As much of a browser as redirects need. */
class Cookies {
  readonly #values = new Map<string, string>();

  /** Resolves to the first page that is none of a redirect, or is of another website. */
  async follow(url: string, website: string, init: RequestInit = {}): Promise<URL> {
    const cookie = [...this.#values].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { ...init, headers: { cookie }, redirect: "manual" });
    for (const header of answer.headers.getSetCookie()) {
      const [pair = ""] = header.split(";");
      const [name = "", value = ""] = pair.split("=", 2);
      if (value === "") this.#values.delete(name);
      else this.#values.set(name, value);
    }
    const location = answer.headers.get("location");
    if (location === null) return new URL(url);
    const next = new URL(location, url);
    return next.origin === website ? this.follow(next.href, website) : next;
  }
}
