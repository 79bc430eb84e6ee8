import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong, at which paths, and how often at each. */
export interface Fault {
  /** Matched against path and query. */
  readonly path: RegExp;
  readonly kind: FaultKind;
  /** The first so many requests of each path; 1 unless told. */
  readonly times?: number;
  /** For `status`. */
  readonly status?: number;
  /** The header's value, for `status`; a function for a date that must be near. */
  readonly retryAfter?: () => string;
  /** For `redirect`. */
  readonly to?: string;
}

type FaultKind =
  | 'status'
  | 'reset'
  | 'hang'
  /** The body comes in pieces, 50 ms apart. */
  | 'slow'
  /** Half of the promised body, then the connection ends. */
  | 'truncate'
  /** A consistent reply, with half of the body. */
  | 'short'
  /** The right length with a wrong byte. */
  | 'badBytes'
  /** A version's detail promises another checksum, or size. */
  | 'badSha'
  | 'badSize'
  | 'html'
  | 'redirect';

/** The faults of a server, each counted per path. */
export class Faults {
  #faults: readonly Fault[];
  readonly #met = new Map<string, number>();

  constructor(faults: readonly Fault[]) {
    this.#faults = faults;
  }

  set(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.#met.clear();
  }

  at(path: string): Fault | undefined {
    return this.#faults.find((fault, at) => {
      if (!fault.path.test(path)) return false;
      const key = `${at} ${path}`;
      const met = (this.#met.get(key) ?? 0) + 1;
      this.#met.set(key, met);
      return met <= (fault.times ?? 1);
    });
  }
}

/** Answers with the faults that need nothing of the true reply. Tells whether it did. */
export function hasAnswered(reply: ServerResponse, fault: Fault | undefined): boolean {
  switch (fault?.kind) {
    case 'status':
      reply.writeHead(fault.status ?? 500, fault.retryAfter ? { 'retry-after': fault.retryAfter() } : {});
      reply.end('{"errors": [{"title": "injected"}]}');
      return true;
    case 'reset':
      reply.socket?.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    case 'html':
      reply.writeHead(200, { 'content-type': 'text/html' }).end('<html>sorry, we are down</html>');
      return true;
    case 'redirect':
      reply.writeHead(302, { location: fault.to ?? 'http://169.254.169.254/' }).end();
      return true;
    default:
      return false;
  }
}

/** Sends a body, with what is wrong with it. */
export async function sendBody(
  reply: ServerResponse,
  type: string,
  body: Buffer,
  fault?: Fault,
): Promise<void> {
  const sent = fault?.kind === 'short' ? body.subarray(0, body.length / 2) : body;
  reply.writeHead(200, { 'content-type': type, 'content-length': sent.length });
  if (fault?.kind === 'truncate')
    reply.write(body.subarray(0, body.length / 2), () => reply.socket?.destroy());
  else if (fault?.kind === 'slow') await drip(reply, sent);
  else if (fault?.kind === 'badBytes') reply.end(withWrongByte(sent));
  else reply.end(sent);
}

const PIECES = 5;

async function drip(reply: ServerResponse, body: Buffer): Promise<void> {
  const step = Math.ceil(body.length / PIECES);
  for (let at = 0; at < body.length; at += step) {
    reply.write(body.subarray(at, at + step));
    await sleep(50);
  }
  reply.end();
}

/** Near the end, where no name or version is. */
function withWrongByte(body: Buffer): Buffer {
  const wrong = Buffer.from(body);
  const at = wrong.length - 9;
  wrong.writeUInt8(wrong.readUInt8(at) ^ 0xff, at);
  return wrong;
}
