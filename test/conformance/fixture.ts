/** What a kind brings along, so that the conformance suite can try it: one small file in `fixtures/`, one line in its index. */
import type { ErrorCode } from '../../shared/errors.ts';
import type { InvokeReply, InvokeRequest, Kind } from '../../shared/kind.ts';

export interface Fixture {
  readonly kind: Kind;
  /** Takes out of an output's text what may differ from run to run; nothing may, by default. */
  timeless?(text: string): string;
  /** Sources, and the servers that they speak of, which are closed at the end. */
  open(): Promise<Opened>;
}

export interface Opened extends Partial<AsyncDisposable> {
  /** A small source whose items all succeed; with every sort of item that the kind has. */
  readonly good: Source;
  /** Sources that are wrong in one place. */
  readonly hostile: readonly HostileSource[];
  readonly options?: Readonly<Record<string, unknown>>;
  readonly allowedHosts?: readonly string[];
  /** The functions that a kind may call. */
  invoke?(request: InvokeRequest): Promise<InvokeReply>;
}

export interface Source {
  /** Its key in the inbox: `<kind>/<name>/<file>`. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

interface HostileSource extends Source {
  readonly title: string;
  /** The items that fail, by id; all others succeed. Or the code that the whole source fails with. */
  readonly fails: Readonly<Record<string, ErrorCode>> | ErrorCode;
}

/** A kind as the registry has it, whatever its options and data are. */
export const anyKind = <O, D>(kind: Kind<O, D>): Kind => kind as unknown as Kind;
