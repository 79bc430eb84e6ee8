import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '../../../infra/local/services/dynamodb.ts';
import { TABLE_KEY } from '../../../shared/aws/table.ts';

export interface TableServer {
  /** Requests so far, by operation. */
  readonly requests: Map<string, number>;
  stop(): Promise<void>;
}

/**
 * A real table engine (dynalite) with the ledger's table in it; the shared modules of this process use it. `lost` says
 * for each call whether its answer is lost on the way: the write has happened, the caller sees a broken connection.
 */
export async function startTable(lost: (operation: string) => boolean = () => false): Promise<TableServer> {
  const folder = await mkdtemp(join(tmpdir(), 'smallbatch-table-'));
  const dynamoDb = await startDynamoDb(folder);
  const requests = new Map<string, number>();
  const server = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    requests.set(operation, (requests.get(operation) ?? 0) + 1);
    if (lost(operation)) response.end = () => response.destroy();
    dynamoDb.handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('expected a TCP address');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${address.port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    TABLE_NAME: 'ledger',
  });
  await createLedger();
  return {
    requests,
    async stop() {
      server.close();
      server.closeAllConnections();
      await dynamoDb.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function createLedger(): Promise<void> {
  const client = new DynamoDBClient({});
  await client.send(
    new CreateTableCommand({
      TableName: 'ledger',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: TABLE_KEY, KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: TABLE_KEY, AttributeType: 'S' }],
    }),
  );
  client.destroy();
}
