export type { Cast, CastCode, CastEvent, CastHeader } from "./asciicast.ts";
export { CAST_MEDIA_TYPE, formatCastEvent, formatCastHeader, parseCast } from "./asciicast.ts";
export type { Piece } from "./pieces.ts";
export { eventsOf, PIECE_BYTES_MAX } from "./pieces.ts";
export { PlayableOutput } from "./playable.ts";
export type { Redaction, TerminalRecordingOptions } from "./recording.ts";
export { TerminalRecording } from "./recording.ts";
