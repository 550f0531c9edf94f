import { expect, test } from "vitest";
import { stories } from "../capture/well-formed.ts";
import { useProgramServer } from "./program-server.ts";

const programs = useProgramServer();

test.for(["dtgvp", "dtGvpf"])(
  "pgbench makes the same tables through Custody, by the steps %s",
  async (steps, context) => {
    const server = await programs(context);
    const { directUrl, pastUrl, proxied } = await server.twins();
    for (const url of [directUrl, proxied.url]) {
      const { code, stderr } = await server.run("pgbench", ["-i", "-q", "-I", steps, url]);
      expect(stderr).not.toContain("error");
      expect(code).toBe(0);
    }
    expect(await server.dump(pastUrl)).toBe(await server.dump(directUrl));
  },
);

/** One client and one seed: the same transactions, in the same order, with the same numbers. */
test.for(["simple", "extended", "prepared"])(
  "pgbench does the same with the same seed: %s",
  async (mode, context) => {
    const server = await programs(context);
    const { directUrl, pastUrl, proxied } = await server.twins();
    for (const url of [directUrl, pastUrl]) await server.run("pgbench", ["-i", "-q", url]);
    for (const url of [directUrl, proxied.url]) {
      const args = ["-n", "-M", mode, "-c", "1", "-t", "50", "--random-seed=7", url];
      const { code, stdout } = await server.run("pgbench", args);
      expect(stdout).toContain("number of transactions actually processed: 50/50");
      expect(code).toBe(0);
    }
    const withoutTimes = (dump: string) => dump.replaceAll(/\t\d{4}-\d\d-\d\d [\d:.]+\t/g, "\tTIME\t");
    expect(withoutTimes(await server.dump(pastUrl))).toBe(withoutTimes(await server.dump(directUrl)));
    const updates = stories(proxied.recorder).filter(({ final }) =>
      final?.statement?.text.startsWith("UPDATE"),
    );
    expect(updates).toHaveLength(150);
    for (const { final } of updates) expect(final?.transaction?.outcome).toBe("committed");
  },
);
