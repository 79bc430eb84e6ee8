/** One action on one resource, as a policy names them. */
export interface Access {
  readonly action: string;
  readonly resource: string;
  /** Of DynamoDB: partition keys of the records that the call is about. */
  readonly leadingKeys?: readonly string[];
}

/** What a caller needs for one call. */
export interface Permissions {
  readonly needs: readonly Access[];
  /** Without it, a missing object is answered as a refusal, so that nobody learns which names are taken. */
  readonly toldMissing?: Access;
}
