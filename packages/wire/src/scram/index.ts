// Both sides of SCRAM-SHA-256, as state machines without a socket.

export { WireError } from "../error.ts";
export { tlsServerEndPoint } from "./channel-binding.ts";
export { startScramClient } from "./client.ts";
export { iterationsMax, saltPassword } from "./salted-password.ts";
export { startScramServer } from "./server.ts";
export { makeScramVerifier } from "./verifier.ts";

// Their types.

export type { WireErrorCode } from "../error.ts";
export type { ScramMechanism } from "./channel-binding.ts";
export type { ScramClient, ScramClientFinal, ScramClientOptions } from "./client.ts";
export type { SaltedPasswordInput } from "./salted-password.ts";
export type { ScramServer, ScramServerFinal, ScramServerFirst, ScramServerOptions } from "./server.ts";
export type { ScramVerifier } from "./verifier.ts";
