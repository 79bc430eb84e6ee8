import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Kind } from '../shared/kind.ts';
import { allKinds } from '../shared/kinds/index.ts';
import { alarmOnDeadLetters } from './alarms.ts';
import { type Config, concurrencyOf, shareOf, tiersOf } from './config.ts';
import { Step, type StepLimits } from './function.ts';
import { WorkQueue } from './queue.ts';
import { SCHEDULED_TIME, Schedule, toFunction, toQueue } from './schedule.ts';
import { Storage } from './storage.ts';

/** Splitting streams, so its memory does not grow with the source; the time limit is Lambda's, and it hands itself on. */
const SPLIT = { memoryMb: 512, timeoutSeconds: 900 };
const SPLITS_AT_ONCE = 5;
const FINISH = { memoryMb: 512, timeoutSeconds: 900 };
/** Each copies 32 outputs at once: a million take about two minutes. */
const FINISHES_AT_ONCE = 20;
const ABANDON = { memoryMb: 256, timeoutSeconds: 60 };
const SWEEP = { memoryMb: 256, timeoutSeconds: 300 };
const SWEEP_EXPRESSION = 'rate(15 minutes)';

export interface SmallbatchProps extends StackProps {
  readonly config: Config;
  /** The bundled functions. */
  readonly code: Code;
}

interface Tier {
  readonly kind: Kind;
  readonly memoryMb: number;
  /** `<kind>-<memory size>`, as the functions know the queue. */
  readonly name: string;
  readonly queue: WorkQueue;
}

/** Everything that is deployed, in the order of the flow. */
export class SmallbatchStack extends Stack {
  readonly #props: SmallbatchProps;
  readonly #storage: Storage;
  readonly #intake: WorkQueue;
  readonly #finish: WorkQueue;
  readonly #tiers: readonly Tier[];

  constructor(scope: Construct, id: string, props: SmallbatchProps) {
    super(scope, id, {
      description: 'Smallbatch: archives and lists in clusters of fixed memory size',
      ...props,
    });
    this.#props = props;
    this.#storage = new Storage(this, 'Storage', props.config);
    this.#intake = new WorkQueue(this, 'IntakeQueue', {
      timeoutSeconds: SPLIT.timeoutSeconds,
    });
    this.#finish = new WorkQueue(this, 'FinishQueue', {
      timeoutSeconds: FINISH.timeoutSeconds,
    });
    this.#tiers = allKinds().flatMap((kind) =>
      tiersOf(kind, props.config).map((memoryMb) => this.#tier(kind, memoryMb)),
    );
    this.#startRuns();
    this.#makeSplit();
    for (const tier of this.#tiers) this.#makeProcess(tier);
    this.#makeFinish();
    this.#makeAbandon();
    this.#makeSweep();
    alarmOnDeadLetters(this, this.#queues(), props.config.alarmTopicArn);
    this.#outputs();
  }

  #tier(kind: Kind, memoryMb: number): Tier {
    const name = `${kind.name}-${memoryMb}`;
    const { timeoutSeconds } = kind.limits;
    return {
      kind,
      memoryMb,
      name,
      queue: new WorkQueue(this, `ClusterQueue-${name}`, { timeoutSeconds }),
    };
  }

  #queues(): readonly WorkQueue[] {
    return [this.#intake, this.#finish, ...this.#tiers.map((tier) => tier.queue)];
  }

  /** Uploads to `<kind>/…` of the inbox and the schedules of the config become messages to split. */
  #startRuns(): void {
    const bucket = this.#storage.inbox.bucketName;
    new Rule(this, 'Uploads', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: {
          bucket: { name: [bucket] },
          object: { key: allKinds().map((kind) => ({ prefix: `${kind.name}/` })) },
        },
      },
      // What EventBridge can't deliver becomes a failed run by way of abandon, not silence.
      targets: [new SqsQueue(this.#intake.queue, { deadLetterQueue: this.#intake.deadLetters })],
    });
    for (const [index, { expression, ...what }] of this.#props.config.schedules.entries()) {
      const type = 'key' in what ? 'start' : 'newest';
      const start = { type, bucket, ...what, at: SCHEDULED_TIME };
      new Schedule(this, `Start${index}`, expression, toQueue(this.#intake.queue, start));
    }
  }

  #makeSplit(): void {
    const split = this.#step('Split', 'split', SPLIT)
      .consumes(this.#intake.queue, {
        batchSize: 1,
        concurrency: shareOf(SPLITS_AT_ONCE, this.#props.config),
      })
      .usesTable(this.#storage.table, ['run#', 'group#', 'attempt#', 'source#'])
      .readsInbox(this.#storage.inbox, kindPrefixes())
      .usesResults(this.#storage.results, ['GetObject'], ['runs/', ...kindPrefixes()])
      .usesResults(this.#storage.results, ['PutObject'], ['runs/'])
      .reaches(allKinds(), this.#props.config)
      .sendsTo('intakeQueue', this.#intake.queue)
      .sendsTo('finishQueue', this.#finish.queue)
      .emitsEvents();
    for (const { name, queue } of this.#tiers) split.sendsClusters(name, queue.queue);
  }

  #makeProcess({ kind, memoryMb, name, queue }: Tier): void {
    const { timeoutSeconds, scratchMb } = kind.limits;
    const process = this.#step(`Process-${name}`, 'process', { memoryMb, timeoutSeconds, scratchMb })
      .consumes(queue.queue, { batchSize: 1, concurrency: concurrencyOf(kind, this.#props.config) })
      .usesTable(this.#storage.table, recordsOf(kind))
      .readsInbox(this.#storage.inbox, [`${kind.name}/`])
      .usesResults(this.#storage.results, ['GetObject', 'PutObject'], workPrefixes(kind))
      .reaches([kind], this.#props.config)
      .calls(kind, this.#props.config)
      .sendsTo('finishQueue', this.#finish.queue);
    for (const tier of this.#tiers)
      if (tier.kind === kind) process.sendsClusters(tier.name, tier.queue.queue);
  }

  #makeFinish(): void {
    this.#step('Finish', 'finish', FINISH)
      .consumes(this.#finish.queue, {
        batchSize: 1,
        concurrency: shareOf(FINISHES_AT_ONCE, this.#props.config),
      })
      .usesTable(this.#storage.table, ['run#', 'group#', 'block#', 'source#', 'lease#'])
      .readsInbox(this.#storage.inbox, kindPrefixes())
      .usesResults(this.#storage.results, ['GetObject', 'PutObject'], ['runs/', 'journal/'])
      .usesResults(this.#storage.results, ['GetObject', 'PutObject', 'DeleteObject'], kindPrefixes())
      .reaches(allKinds(), this.#props.config)
      .sendsTo('intakeQueue', this.#intake.queue)
      .sendsTo('finishQueue', this.#finish.queue)
      .emitsEvents();
  }

  #makeAbandon(): void {
    const abandon = this.#step('Abandon', 'abandon', ABANDON)
      .usesTable(this.#storage.table, ['run#', 'group#', 'block#', 'attempt#', 'source#'])
      .readsInbox(this.#storage.inbox, kindPrefixes())
      .usesResults(this.#storage.results, ['GetObject', 'PutObject'], ['runs/'])
      .sendsTo('finishQueue', this.#finish.queue)
      .emitsEvents();
    for (const { name, queue } of this.#tiers) abandon.sendsClusters(name, queue.queue);
    for (const { deadLetters } of this.#queues())
      abandon.consumes(deadLetters, { batchSize: 10, concurrency: 2 });
  }

  #makeSweep(): void {
    const sweep = this.#step('Sweep', 'sweep', SWEEP)
      .usesTable(this.#storage.table, ['run#', 'group#', 'block#', 'source#'])
      .usesResults(this.#storage.results, ['GetObject'], ['runs/'])
      .sendsTo('intakeQueue', this.#intake.queue)
      .sendsTo('finishQueue', this.#finish.queue)
      .emitsEvents();
    sweep.queriesOpenRuns(this.#storage.table);
    for (const { name, queue } of this.#tiers) sweep.sendsClusters(name, queue.queue);
    new Schedule(this, 'SweepSchedule', SWEEP_EXPRESSION, toFunction(sweep.function, { restarted: false }));
  }

  #step(id: string, step: string, limits: StepLimits): Step {
    const { code, config } = this.#props;
    return new Step(this, id, { step, code, logRetentionDays: config.logRetentionDays, ...limits });
  }

  #outputs(): void {
    new CfnOutput(this, 'InboxBucketName', { value: this.#storage.inbox.bucketName });
    new CfnOutput(this, 'ResultsBucketName', { value: this.#storage.results.bucketName });
    new CfnOutput(this, 'LedgerTableName', { value: this.#storage.table.tableName });
    new CfnOutput(this, 'IntakeQueueUrl', { value: this.#intake.queue.queueUrl });
  }
}

/** Where functions that process the kind read and write: their runs' work, and results that are written where they stay. */
/** The ledger's records of a kind's runs: their ids begin with its name. */
const recordsOf = ({ name }: Kind): string[] =>
  ['run#', 'group#', 'block#', 'attempt#', 'budget#'].map((record) => `${record}${name}-`);

const workPrefixes = ({ name, isVersioned }: Kind): string[] => [
  `runs/${name}-`,
  `journal/${name}/`,
  ...(isVersioned ? [`${name}/`] : []),
];

const kindPrefixes = (): string[] => allKinds().map((kind) => `${kind.name}/`);
