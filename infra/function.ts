import { ArnFormat, Duration, RemovalPolicy, Size, Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV_NAMES, type EnvKey } from '../shared/aws/env.ts';
import { OPEN_INDEX } from '../shared/aws/table.ts';
import type { Kind } from '../shared/kind.ts';
import { HEAP_ENVIRONMENT } from '../shared/process/memory/heap-flags.ts';
import type { Config } from './config.ts';
import { grantsOf, privateHostsOf, serversOf } from './config-hosts.ts';

export interface StepLimits {
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Ephemeral storage. */
  readonly scratchMb?: number;
}

export interface StepProps extends StepLimits {
  /** The handler's file, e.g. `split` → functions/split.ts. */
  readonly step: string;
  readonly code: Code;
  readonly logRetentionDays: number;
}

export type ResultAction = 'GetObject' | 'PutObject' | 'DeleteObject';

/**
 * One Lambda function of the flow with a role of its own. Each method gives one capability: the grant and the
 * environment variable that tells of it, together.
 */
export class Step extends Construct {
  readonly function: LambdaFunction;
  readonly #role: Role;
  readonly #clusterQueues: Record<string, string> = {};

  constructor(scope: Construct, id: string, props: StepProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.#role);
    this.function = new LambdaFunction(this, 'Function', {
      description: `Smallbatch: ${id}`,
      code: props.code,
      handler: `${props.step}.handler`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      ephemeralStorageSize: Size.mebibytes(props.scratchMb ?? 512),
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.#role,
      logGroup,
      environment: { ...HEAP_ENVIRONMENT },
      loggingFormat: LoggingFormat.JSON,
      tracing: Tracing.ACTIVE,
      // The steps hand work to each other and to themselves on purpose; each has its own hop or receive limit.
      recursiveLoop: RecursiveLoop.ALLOW,
    });
    Validations.of(this).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'X-Ray takes trace segments under no narrower resource.',
      },
      {
        id: 'Serverless::Serverless-LambdaDLQ',
        reason: 'Invoked by queues, which have dead-letter queues; sweep comes again by its schedule.',
      },
      {
        id: 'Serverless::Serverless-LambdaEventSourceMappingDestination',
        reason: 'Lambda has failure destinations for streams only; an SQS source has its dead-letter queue.',
      },
    );
  }

  /** Messages of `queue`, each answered for alone; at most `concurrency` functions at work at once. */
  consumes(queue: Queue, { batchSize, concurrency }: { batchSize: number; concurrency: number }): this {
    const options = { batchSize, maxConcurrency: concurrency, reportBatchItemFailures: true };
    this.function.addEventSource(new SqsEventSource(queue, options));
    return this;
  }

  /** One record at a time, of those whose key begins with one of `keys` (`run#pdf-`). */
  usesTable(table: Table, keys: readonly string[]): this {
    this.#role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
        resources: [table.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys.map((key) => `${key}*`) },
        },
      }),
    );
    return this.#env('table', table.tableName);
  }

  queriesOpenRuns(table: Table): this {
    this.#allow(['dynamodb:Query'], [`${table.tableArn}/index/${OPEN_INDEX}`]);
    return this;
  }

  /** Every version of the uploads under each of `prefixes`. */
  readsInbox(inbox: Bucket, prefixes: readonly string[]): this {
    this.#allowObjects(inbox, ['GetObject', 'GetObjectVersion'], prefixes);
    return this.#env('inbox', inbox.bucketName);
  }

  /** `actions` on the objects under each of `prefixes`. */
  usesResults(results: Bucket, actions: readonly ResultAction[], prefixes: readonly string[]): this {
    // A streamed upload that fails is aborted: were that refused, the refusal would hide what went wrong.
    const aborts = actions.includes('PutObject') ? ['AbortMultipartUpload'] : [];
    this.#allowObjects(results, [...actions, ...aborts], prefixes);
    return this.#env('results', results.bucketName);
  }

  /** What kinds need beyond the stack, as the config has it: hosts, secrets, models. */
  reaches(kinds: readonly Kind[], config: Config): this {
    const ofKinds = <T>(settings: Readonly<Record<string, T>>): Record<string, T> =>
      Object.fromEntries(kinds.flatMap(({ name }) => (settings[name] ? [[name, settings[name]]] : [])));
    const secrets = Object.fromEntries(kinds.map(({ name }) => [name, grantsOf(name, config)]));
    const arns = Object.values(secrets).flatMap((byName) => Object.values(byName).map(({ arn }) => arn));
    if (arns.length > 0) this.#allow(['secretsmanager:GetSecretValue'], [...new Set(arns)]);
    const models = Object.values(ofKinds(config.bedrockModels)).flat();
    if (models.length > 0) this.#allow(['bedrock:InvokeModel'], [...new Set(models)]);
    const buckets = ofKinds(config.buckets);
    for (const place of new Set(Object.values(buckets).flat())) this.#readsPlace(place);
    this.#env('buckets', JSON.stringify(buckets));
    this.#env('budgets', JSON.stringify(ofKinds(config.budgets)));
    this.#env('secrets', JSON.stringify(secrets));
    const servers = kinds.map(({ name }) => [name, serversOf(name, config)]);
    this.#env('servers', JSON.stringify(Object.fromEntries(servers)));
    const hosts = kinds.map(({ name }) => [name, privateHostsOf(name, config)]);
    return this.#env('allowedHosts', JSON.stringify(Object.fromEntries(hosts)));
  }

  /** `<bucket>/<prefix>`, in a bucket that is not ours. */
  #readsPlace(place: string): void {
    const [bucket = ''] = place.split('/');
    const arnOf = (resource: string): string => `arn:${Stack.of(this).partition}:s3:::${resource}`;
    this.#allow(['s3:GetObject', 's3:GetObjectVersion'], [arnOf(`${place}*`)]);
    this.#allow(['s3:ListBucket'], [arnOf(bucket)]);
    Validations.of(this).acknowledge({
      id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${place}*]`,
      reason: 'The config names the prefix; the names of the objects below it are not known beforehand.',
    });
  }

  /** The functions of the config that a kind hands its items to. */
  calls({ name }: Kind, { functions }: Config): this {
    const names = functions[name] ?? [];
    const arns = Object.fromEntries(names.map((each) => [each, this.#functionArn(each)]));
    if (names.length > 0) this.#allow(['lambda:InvokeFunction'], Object.values(arns));
    return this.#env('functions', Stack.of(this).toJsonString({ [name]: arns }));
  }

  #functionArn(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    return Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: nameOrArn,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  sendsTo(key: 'intakeQueue' | 'finishQueue', queue: Queue): this {
    this.#allow(['sqs:SendMessage'], [queue.queueArn]);
    return this.#env(key, queue.queueUrl);
  }

  /** The queue of one tier, under its name `<kind>-<memory size>`. */
  sendsClusters(name: string, queue: Queue): this {
    this.#allow(['sqs:SendMessage'], [queue.queueArn]);
    this.#clusterQueues[name] = queue.queueUrl;
    return this.#env('clusterQueues', Stack.of(this).toJsonString(this.#clusterQueues));
  }

  /** The "Run Completed" event. */
  emitsEvents(): this {
    this.#allow(
      ['events:PutEvents'],
      [Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
    );
    return this.#env('eventBus', 'default');
  }

  #allowObjects(bucket: Bucket, actions: readonly string[], prefixes: readonly string[]): void {
    this.#allow(
      actions.map((action) => `s3:${action}`),
      prefixes.map((prefix) => bucket.arnForObjects(`${prefix}*`)),
    );
    // Without ListBucket, S3 answers 403 instead of 404 for an object that is missing.
    this.#allow(['s3:ListBucket'], [bucket.bucketArn]);
    const id = Stack.of(this).getLogicalId(bucket.node.defaultChild as CfnBucket);
    Validations.of(this).acknowledge(
      ...prefixes.map((prefix) => ({
        id: `AwsSolutions-IAM5[Resource::<${id}.Arn>/${prefix}*]`,
        reason:
          'The names of uploads, runs and outputs are not known beforehand; the prefix is as narrow as it can be.',
      })),
    );
  }

  #allow(actions: string[], resources: string[]): void {
    this.#role.addToPolicy(new PolicyStatement({ actions, resources }));
  }

  #env(key: EnvKey, value: string): this {
    this.function.addEnvironment(ENV_NAMES[key], value);
    return this;
  }
}
