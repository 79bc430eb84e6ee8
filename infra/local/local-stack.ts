import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Counter, type Counts } from './counts.ts';
import { announceEndpoint, withdrawEndpoint } from './endpoint.ts';
import { createFaults } from './faults/faults.ts';
import type { Faults } from './faults/rules.ts';
import { type Backend, type Gateway, readBody, startGateway, targetOf } from './gateway.ts';
import { createIam, type Iam } from './iam/iam.ts';
import { sdkEnvironment, toFunctionSpecs } from './lambda/function-specs.ts';
import {
  type EnforcedLambdaService,
  type FunctionSpec,
  type FunctionStats,
  startLambda,
} from './lambda/service.ts';
import { lockState } from './lock.ts';
import { Mapping } from './mapping.ts';
import { createS3, operationOf, type S3Api } from './s3/api.ts';
import { type FolderBucket, serveFolder } from './s3/folder-bucket.ts';
import { createTable, startDynamoDb } from './services/dynamodb.ts';
import { EventBus, toUploadEvent } from './services/events.ts';
import { createInvokeApi } from './services/invoke-api.ts';
import { toPutEvents } from './services/put-events.ts';
import { startSchedules } from './services/scheduler.ts';
import { createSecrets } from './services/secrets.ts';
import { createQueues, type Sqs, startSqs } from './services/sqs.ts';
import { LOCAL_REGION, readTemplate, type Template } from './template.ts';

/** The access key of whoever is not part of the system: the command line, a test. Its calls are not counted. */
export const OUTSIDE = 'outside';

export interface LocalOptions {
  /** The synthesised template, and the folder of the functions' bundled code. */
  readonly templateFile: string;
  readonly codeDir: string;
  /** Everything that survives a restart; used by one process at a time. */
  readonly stateDir: string;
  /** Functions at work at once, for each event source mapping. */
  readonly concurrency: number;
  /** Functions at work at once in the whole account; further invocations are throttled, as AWS does. No limit if not given. */
  readonly accountConcurrency?: number;
  /** Delivers every message that a function sends, and every event, twice. */
  readonly duplicates?: boolean;
  /** Which calls of the functions go wrong, and how. */
  readonly faults?: Faults;
  /** Added to every function's environment. */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  /** Folders that can be read as buckets, beside those of the template. */
  readonly folders?: readonly FolderBucket[];
  /** Functions beside those of the template, which these call. */
  readonly guests?: readonly FunctionSpec[];
  /** Values of the secrets that the template names, by ARN. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** The gateway's port on 127.0.0.1; any free one if not given. */
  readonly port?: number;
  readonly enforcement?: 'auto' | 'cgroup' | 'poll';
  /** Only serves what the state holds: no message is taken from a queue, and no schedule fires. */
  readonly isIdle?: boolean;
  /** Takes each line that a function or the stack prints. */
  log(line: string, from: string): void;
}

export interface LocalStack {
  readonly endpoint: string;
  /** The environment of an SDK that calls from outside. */
  readonly environment: Readonly<Record<string, string>>;
  readonly template: Template;
  readonly counts: Counts;
  /** Calls that the caller's role does not allow: `<function> <action>` → how many. */
  readonly refusals: ReadonlyMap<string, number>;
  /** The statements of every function's role, and those without which a call would have been refused. */
  readonly iam: Pick<Iam, 'needed' | 'statements'>;
  /** Calls that went wrong on purpose: `<service> <fault>` → how many. */
  readonly injected: ReadonlyMap<string, number>;
  readonly bus: EventBus;
  readonly sqs: Sqs;
  readonly lambda: EnforcedLambdaService;
  functions(): FunctionStats[];
  stop(): Promise<void>;
}

/** Starts the deployed template on this machine: one gateway in front of every service, functions as child processes. */
export async function startLocal(options: LocalOptions): Promise<LocalStack> {
  const unlock = await lockState(options.stateDir);
  await withdrawEndpoint(options.stateDir);
  const counter = new Counter();
  const gateway = await startGateway(counter, new Set([OUTSIDE]), options.port);
  const template = await readTemplate(options.templateFile, gateway.endpoint);
  const iam = createIam(template, (line) => options.log(line, 'local'));
  const faults = createFaults(options.faults ?? { rules: [] });
  gateway.guard(faults.gate);
  gateway.guard(iam.gate);
  const sqs = await startSqs(gateway.endpoint);
  const bus = new EventBus(template.ofType('AWS::Events::Rule'), sqs);
  const dynamoDb = await startDynamoDb(join(options.stateDir, 'dynamodb'));
  gateway.serve('dynamodb', { operation: targetOf, handle: dynamoDb.handle });
  gateway.serve('sqs', toSqsBackend(faults.faulty(sqs.call), options.duplicates ?? false));
  gateway.serve('events', toPutEvents(bus, options.duplicates ?? false));
  gateway.serve('secretsmanager', createSecrets(options.secrets ?? new Map()));
  const s3 = await serveS3(gateway, template, { bus, counter, options });
  await createResources(template, gateway.endpoint, sqs);

  const guests = options.guests ?? [];
  const lambda = await startLambda({
    functions: [...toFunctionSpecs(template, gateway.endpoint, options), ...guests],
    maxInstances: guests.length > 0 ? roomForGuests(options.concurrency) : undefined,
    stateDir: options.stateDir,
    enforcement: options.enforcement ?? 'auto',
    accountConcurrency: options.accountConcurrency,
    log: (line, from) => options.log(line, from.function),
  });
  gateway.serve('lambda', createInvokeApi(lambda));
  const wiring = { sqs, lambda, counter, endpoint: gateway.endpoint, options };
  const stopWork = options.isIdle ? undefined : await startWork(template, wiring);

  return {
    endpoint: gateway.endpoint,
    environment: sdkEnvironment(OUTSIDE, gateway.endpoint),
    template,
    counts: counter,
    refusals: iam.refusals,
    iam,
    injected: faults.injected,
    bus,
    sqs,
    lambda,
    functions: () => lambda.stats(),
    async stop() {
      await stopWork?.();
      await lambda.stop();
      await gateway.stop();
      await s3.close();
      await sqs.stop();
      await dynamoDb.stop();
      unlock();
    },
  };
}

interface WorkWiring extends Pick<LocalStack, 'sqs' | 'lambda' | 'endpoint'> {
  readonly counter: Counter;
  readonly options: LocalOptions;
}

/** Has messages and schedules run functions, and other commands know where to ask. Returns the function that ends it. */
async function startWork(
  template: Template,
  { options, ...wiring }: WorkWiring,
): Promise<() => Promise<void>> {
  const { stateDir, concurrency } = options;
  const log = (line: string): void => options.log(line, 'local');
  const mappings = template
    .ofType('AWS::Lambda::EventSourceMapping')
    .map((resource) => new Mapping(resource, { ...wiring, concurrency, log }));
  for (const mapping of mappings) mapping.start();
  const stopSchedules = startSchedules(template.ofType('AWS::Scheduler::Schedule'), wiring.lambda);
  await announceEndpoint(stateDir, wiring.endpoint);
  return async () => {
    await withdrawEndpoint(stateDir);
    stopSchedules();
    for (const mapping of mappings) mapping.stop();
  };
}

/** Whoever calls a guest waits for it: each needs a place, and the other steps theirs. */
const roomForGuests = (concurrency: number): number => 2 * concurrency + 4;

interface S3Wiring {
  readonly bus: EventBus;
  readonly counter: Counter;
  readonly options: LocalOptions;
}

async function serveS3(
  gateway: Gateway,
  template: Template,
  { bus, counter, options }: S3Wiring,
): Promise<Pick<S3Api, 'close'>> {
  const buckets = template.ofType('AWS::S3::Bucket');
  const notifying = new Set(
    buckets.filter((bucket) => hasEvents(bucket.properties)).map((bucket) => bucket.name),
  );
  const s3 = await createS3({
    folder: join(options.stateDir, 's3'),
    async onObjectCreated(event) {
      if (!notifying.has(event.bucket)) return;
      for (let time = 0; time < (options.duplicates ? 2 : 1); time++) await bus.publish(toUploadEvent(event));
    },
  });
  for (const { name, properties } of buckets) {
    await s3.createBucket(name, { versioned: 'VersioningConfiguration' in properties });
  }
  gateway.serve('s3', {
    operation: (request) => operationOf(request.method ?? 'GET', request.url ?? '/', request.headers),
    async handle(request, response, { caller }) {
      const folder = options.folders?.find(({ name }) => name === bucketOf(request.url ?? ''));
      const { bytesIn, bytesOut } = folder
        ? await serveFolder(folder, request, response)
        : await s3.handle(request, response);
      if (caller !== OUTSIDE) counter.addS3Bytes(bytesOut, bytesIn);
    },
  });
  return s3;
}

/** `/<bucket>/<key>?…` */
const bucketOf = (url: string): string => decodeURIComponent(url.split(/[/?]/)[1] ?? '');

const hasEvents = (properties: Readonly<Record<string, unknown>>): boolean =>
  JSON.stringify(properties.NotificationConfiguration ?? {}).includes('"EventBridgeEnabled":true');

async function createResources(template: Template, endpoint: string, sqs: Sqs): Promise<void> {
  const credentials = { accessKeyId: OUTSIDE, secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials });
  for (const table of template.ofType('AWS::DynamoDB::Table')) await createTable(client, table);
  client.destroy();
  await createQueues(sqs, template.ofType('AWS::SQS::Queue'));
}

function toSqsBackend(send: Sqs['call'], duplicates: boolean): Backend {
  return {
    operation: targetOf,
    async handle(request, response, { operation }) {
      const body = await readBody(request);
      if (duplicates && operation.startsWith('SendMessage')) await send(operation, body);
      const reply = await send(operation, body);
      response.writeHead(reply.status, reply.headers).end(reply.body);
    },
  };
}
