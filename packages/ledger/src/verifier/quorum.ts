import type { PolicyGroup, PolicyWitness, WitnessPolicy } from "./witness-policy.ts";

/** Whether the cosignatures of these witnesses are enough for the policy. Who signed as the log is a question of its own. */
export function isQuorum(policy: WitnessPolicy, cosigners: ReadonlySet<PolicyWitness>): boolean {
  return policy.quorum === undefined || hasCosigned(policy.quorum, cosigners);
}

/** Groups cannot contain each other in a circle, since each names only what stands above it. */
function hasCosigned(
  definition: PolicyWitness | PolicyGroup,
  cosigners: ReadonlySet<PolicyWitness>,
): boolean {
  if (definition.kind === "witness") return cosigners.has(definition);
  const count = definition.members.filter((member) => hasCosigned(member, cosigners)).length;
  return count >= definition.threshold;
}
