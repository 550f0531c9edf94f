export interface UnitOptions {
  readonly user: string;
  /** Absolute paths. */
  readonly node: string;
  readonly launcher: string;
  readonly config: string;
  readonly environmentFile: string;
}

/**
 * A systemd unit that runs Custody as a user of its own, who can write to its data directory and nowhere else.
 *
 * Node makes machine code while it runs, so MemoryDenyWriteExecute cannot be set.
 */
export function unitText({ user, node, launcher, config, environmentFile }: UnitOptions): string {
  return `[Unit]
Description=Custody, the chain of custody for AI agents
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=60
StartLimitBurst=10

[Service]
Type=simple
User=${user}
Group=${user}
StateDirectory=custody
StateDirectoryMode=0700
WorkingDirectory=/var/lib/custody
Environment=CUSTODY_HOME=/var/lib/custody
EnvironmentFile=-${quoted(environmentFile)}
ExecStart=${quoted(node)} ${quoted(launcher)} up --config ${quoted(config)} --log-format json
ExecReload=/bin/kill -HUP $MAINPID
KillSignal=SIGTERM
KillMode=mixed
TimeoutStopSec=30
Restart=on-failure
RestartSec=2
LimitNOFILE=65536
LimitCORE=0
UMask=0077

NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
PrivateDevices=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`;
}

/** A path as a word of a unit: systemd expands percent signs, and dollars in commands. */
function quoted(path: string): string {
  const text = path
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("%", "%%")
    .replaceAll("$", "$$$$");
  return /[\s"'\\;]/.test(text) ? `"${text}"` : text;
}

/** Where secrets go that custody.yaml names by \`env:\`. */
export function environmentFileText(variables: readonly string[]): string {
  const lines = variables.map((name) => `#${name}=postgres://user:password@host/database`);
  return [
    "# What custody.yaml names by { env: NAME }, one a line. Only root and the service may read this file.",
    ...lines,
    "",
  ].join("\n");
}
