import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
}
export interface FailedEntry {
  readonly Id: string;
  readonly Code: string;
  readonly SenderFault: boolean;
}

export interface SqsServer {
  readonly url: string;
  /** The entries of each SendMessageBatch that came, in order. */
  readonly batches: Entry[][];
  stop(): void;
}

/** Speaks the SQS JSON protocol as far as SendMessageBatch; `fail` names the entries of a batch that fail. */
export async function startSqsServer(
  fail: (batch: readonly Entry[], call: number) => FailedEntry[],
): Promise<SqsServer> {
  const batches: Entry[][] = [];
  const server = createServer(async (request, response) => {
    const { Entries } = JSON.parse(Buffer.concat(await Array.fromAsync(request)).toString()) as {
      Entries: Entry[];
    };
    const Failed = fail(Entries, batches.length);
    batches.push(Entries);
    const failed = new Set(Failed.map(({ Id }) => Id));
    const Successful = Entries.filter(({ Id }) => !failed.has(Id)).map(({ Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      // The SDK checks it.
      MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
    }));
    response
      .setHeader('content-type', 'application/x-amz-json-1.0')
      .end(JSON.stringify({ Successful, Failed }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('expected a TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    batches,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
