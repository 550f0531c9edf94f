import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ScriptedCall } from "../models/script.ts";

/** A folder of its own for everything that an agent keeps, and the repository that it works in. */
export interface Home {
  readonly folder: string;
  readonly repository: string;
}

/** One agent program: how it is set up and asked without anybody watching, and what its tools are called. */
export interface AgentProgram {
  readonly name: "claude" | "codex" | "gemini" | "opencode";
  readonly package: string;
  /** Files and variables that it needs to run unattended; nothing of them is about Custody. */
  prepare(home: Home): Readonly<Record<string, string>>;
  ask(prompt: string): readonly string[];
  /** A call of its tool for shell commands, as the model would make it. */
  shell(command: string): ScriptedCall;
  /** A call that begins a sub-agent, where it has one. */
  readonly subAgent?: (prompt: string) => ScriptedCall;
  /** A call that waits for it, where the agent's own answer would end it. */
  readonly subAgentWait?: ScriptedCall;
  /** Whether its requests say which of its agents asks. */
  readonly namesSubAgents?: boolean;
}

const claude: AgentProgram = {
  ask: (prompt) => [
    "-p",
    prompt,
    "--output-format",
    "stream-json",
    "--verbose",
    "--dangerously-skip-permissions",
  ],
  name: "claude",
  namesSubAgents: true,
  package: "@anthropic-ai/claude-code",
  prepare: ({ folder }) => ({
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    CLAUDE_CODE_TMPDIR: folder,
    CLAUDE_CONFIG_DIR: join(folder, ".claude"),
    DISABLE_AUTOUPDATER: "1",
    DISABLE_TELEMETRY: "1",
    IS_SANDBOX: "1",
  }),
  shell: (command) => ({ input: { command, description: "scripted" }, name: "Bash" }),
  subAgent: (prompt) => ({
    input: { description: "scripted", prompt, subagent_type: "general-purpose" },
    name: "Agent",
  }),
};

const codex: AgentProgram = {
  ask: (prompt) => ["exec", "--json", prompt],
  name: "codex",
  namesSubAgents: true,
  package: "@openai/codex",
  prepare({ folder }) {
    const home = join(folder, ".codex");
    mkdirSync(home, { recursive: true });
    const lines = [
      'approval_policy = "never"',
      'sandbox_mode = "danger-full-access"',
      "check_for_update_on_startup = false",
      "[analytics]",
      "enabled = false",
    ];
    writeFileSync(join(home, "config.toml"), `${lines.join("\n")}\n`);
    return { CODEX_HOME: home };
  },
  shell: (command) => ({ input: { cmd: command }, name: "exec_command" }),
  subAgent: (prompt) => ({
    input: { fork_turns: "none", message: prompt, task_name: "helper" },
    name: "spawn_agent",
    namespace: "collaboration",
  }),
  subAgentWait: { input: {}, name: "wait_agent", namespace: "collaboration" },
};

const gemini: AgentProgram = {
  ask: (prompt) => ["-p", prompt, "--yolo", "--output-format", "stream-json"],
  name: "gemini",
  package: "@google/gemini-cli",
  prepare({ folder }) {
    mkdirSync(join(folder, ".gemini"), { recursive: true });
    const settings = {
      general: { enableAutoUpdate: false },
      privacy: { usageStatisticsEnabled: false },
      security: { auth: { selectedType: "gemini-api-key" } },
    };
    writeFileSync(join(folder, ".gemini", "settings.json"), JSON.stringify(settings));
    return { GEMINI_CLI_TRUST_WORKSPACE: "true" };
  },
  shell: (command) => ({ input: { command, description: "scripted" }, name: "run_shell_command" }),
};

const opencode: AgentProgram = {
  ask: (prompt) => ["run", "--format", "json", "-m", "anthropic/claude-sonnet-4-5", prompt],
  name: "opencode",
  package: "opencode-ai",
  prepare: ({ folder }) => ({
    NPM_CONFIG_FETCH_RETRIES: "0",
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    XDG_CACHE_HOME: join(folder, "cache"),
    XDG_CONFIG_HOME: join(folder, "config"),
    XDG_DATA_HOME: join(folder, "data"),
    XDG_STATE_HOME: join(folder, "state"),
  }),
  shell: (command) => ({ input: { command, description: "scripted" }, name: "bash" }),
  subAgent: (prompt) => ({
    input: { description: "scripted", prompt, subagent_type: "general" },
    name: "task",
  }),
};

export const agents: readonly AgentProgram[] = [claude, codex, gemini, opencode];
