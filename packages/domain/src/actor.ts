/** Who acted. Until identities exist, the human is `local operator`, and is shown as such. */
export interface Actor {
  readonly agent?: {
    readonly instance: string;
    readonly model?: string;
    readonly name: string;
    readonly parent?: string;
    readonly version?: string;
  };
  readonly human?: {
    readonly assurance: "token" | "password" | "sso" | "passkey";
    readonly id: string;
    readonly name: string;
  };
  readonly service?: string;
}
