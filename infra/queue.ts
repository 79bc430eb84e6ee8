import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RECEIVES } from '../shared/aws/retries.ts';

/** AWS asks for at least six times the function's time limit, so that a batch in work is not delivered twice. */
const VISIBILITY_FACTOR = 6;
/** A queue keeps a message for four days at the most behind a long backlog; a dead letter for the longest time there is. */
const RETENTION_DAYS = 4;
const DEAD_LETTER_RETENTION_DAYS = 14;

export interface WorkQueueProps {
  /** The consuming function's time limit. */
  readonly timeoutSeconds: number;
}

/** A queue with its dead-letter queue, encrypted, TLS only. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { timeoutSeconds }: WorkQueueProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(DEAD_LETTER_RETENTION_DAYS),
      visibilityTimeout: Duration.minutes(6),
    });
    Validations.of(this.deadLetters).acknowledge({
      id: 'Serverless::Serverless-SQSRedrivePolicy',
      reason: 'It is the dead-letter queue; abandon consumes it.',
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(RETENTION_DAYS),
      visibilityTimeout: Duration.seconds(timeoutSeconds * VISIBILITY_FACTOR),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: RECEIVES },
    });
  }
}
