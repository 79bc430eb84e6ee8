import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { CreateTableCommand, type DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import * as z from 'zod';
import type { Resource } from '../template.ts';

export interface DynamoDb {
  handle(request: IncomingMessage, response: ServerResponse): void;
  stop(): Promise<void>;
}

/** dynalite on a LevelDB in `folder`: conditional updates and number sets are right, and it survives kill -9. */
export async function startDynamoDb(folder: string): Promise<DynamoDb> {
  await mkdir(folder, { recursive: true });
  const server: Server = dynalite({ path: folder, createTableMs: 0 });
  // Requests come through the gateway; dynalite closes its database only when it listens.
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    handle: (request, response) => void server.emit('request', request, response),
    stop: () =>
      new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const tableProperties = z.object({
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.object({ ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']) }),
      }),
    )
    .optional(),
});

/** Creates the template's table where there is none yet. */
export async function createTable(client: DynamoDBClient, { name, properties }: Resource): Promise<void> {
  try {
    const table = tableProperties.parse(properties);
    await client.send(new CreateTableCommand({ TableName: name, BillingMode: 'PAY_PER_REQUEST', ...table }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}
