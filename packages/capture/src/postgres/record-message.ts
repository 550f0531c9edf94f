import type { AuditRecord, Target } from "@custody/domain";

type Message = AuditRecord["message"];

/** More verbs than PostgreSQL has commands. */
const VERBS_MAX = 1000;

/** By type and verb. */
const messages = new WeakMap<Target, Map<string, Map<string, Message>>>();

/**
 * What a record of a statement says to people. Records of one type and verb on one target say the same, and share one
 * frozen object, so that it is encoded once.
 */
export function messageOf(type: string, target: Target, verb: string): Message {
  const ofTarget = messages.get(target) ?? remember(target);
  let ofType = ofTarget.get(type);
  if (ofType === undefined || ofType.size >= VERBS_MAX) {
    ofType = new Map();
    ofTarget.set(type, ofType);
  }
  let message = ofType.get(verb);
  if (message === undefined) {
    message = Object.freeze({ key: type, params: Object.freeze({ target: target.name, verb }) });
    ofType.set(verb, message);
  }
  return message;
}

function remember(target: Target): Map<string, Map<string, Message>> {
  const ofTarget = new Map<string, Map<string, Message>>();
  messages.set(target, ofTarget);
  return ofTarget;
}
