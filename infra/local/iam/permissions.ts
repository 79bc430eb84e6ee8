/** One action on one resource, as a policy names them. */
export interface Access {
  readonly action: string;
  readonly resource: string;
}

/** What a caller needs for one call. */
export interface Permissions {
  readonly needs: readonly Access[];
  /** Without it, a missing object is answered as a refusal, so that nobody learns which names are taken. */
  readonly toldMissing?: Access;
}
