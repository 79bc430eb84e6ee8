/** What the services were asked for, by callers of the deployed system (not by the command line). Grows by name, not by call. */
export interface Counts {
  /** `s3.GetObject` → how often. */
  readonly requests: ReadonlyMap<string, number>;
  /** Bytes that the functions read from S3 and wrote to it. */
  readonly bytes: { readonly s3In: number; readonly s3Out: number };
}

export class Counter implements Counts {
  readonly requests = new Map<string, number>();
  readonly bytes = { s3In: 0, s3Out: 0 };

  add(service: string, operation: string): void {
    const name = `${service}.${operation}`;
    this.requests.set(name, (this.requests.get(name) ?? 0) + 1);
  }

  addS3Bytes(read: number, written: number): void {
    this.bytes.s3In += read;
    this.bytes.s3Out += written;
  }
}
