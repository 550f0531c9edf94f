// `npm start`: installs, builds, and becomes `custody up` with the arguments given.
import { bin, endTogether, prepare } from "./install.mjs";

const letGo = endTogether();
await prepare("starting custody up");

// The command runs in this very process, not in a child: signals reach it without being forwarded, its exit code
// is ours, and not even SIGKILL can leave it behind.
letGo();
process.argv = [process.execPath, bin("custody/bin/custody.mjs"), "up", ...process.argv.slice(2)];
await import("../apps/cli/bin/custody.mjs");
