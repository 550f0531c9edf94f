/** Labels of the headers and of their members, each in its own registry. */
export interface Labels {
  /** RFC 9052, section 3.1. */
  readonly alg: number;
  readonly kid: number;
  /** RFC 9597; `iss` is a claim in it (RFC 8392). */
  readonly cwtClaims: number;
  readonly iss: number;
  /** RFC 9942: the verifiable data structure, its proofs, and the one kind of proof that we make. */
  readonly vds: number;
  readonly vdp: number;
  readonly inclusion: number;
  /** Ours, in the range for private use: below -65536. */
  readonly size: number;
  readonly extra: number;
}

export const labels: Labels = {
  alg: 1,
  cwtClaims: 15,
  extra: -65538,
  inclusion: -1,
  iss: 1,
  kid: 4,
  size: -65537,
  vdp: 396,
  vds: 395,
};
