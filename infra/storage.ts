import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type LifecycleRule,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { OPEN_INDEX, TABLE_KEY } from '../shared/aws/table.ts';
import type { Config } from './config.ts';

/** What outlives a deployment: uploads, results and the ledger. `cdk destroy` keeps them. */
export class Storage extends Construct {
  /** Versioned, so that a run reads the bytes it was started for even when the next upload has come. */
  readonly inbox: Bucket;
  readonly results: Bucket;
  readonly table: Table;

  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id);
    this.inbox = this.#bucket('Inbox', {
      noncurrentVersionExpiration: Duration.days(config.inboxVersionDays),
    });
    this.results = this.#bucket(
      'Results',
      { prefix: 'runs/', expiration: Duration.days(config.workRetentionDays) },
      { prefix: 'journal/', expiration: Duration.days(config.journalRetentionDays) },
    );
    this.table = this.#ledger();
    // The L2 property would add a custom resource with a function of its own; this one property is all it sets.
    const inbox = this.inbox.node.defaultChild as CfnBucket;
    inbox.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
  }

  #bucket(id: string, ...rules: readonly LifecycleRule[]): Bucket {
    const bucket = new Bucket(this, id, {
      versioned: rules.some((rule) => rule.noncurrentVersionExpiration !== undefined),
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1) }, ...rules],
    });
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Only roles of this account reach it; CloudTrail data events name them, access logs would only add cost.',
    });
    return bucket;
  }

  #ledger(): Table {
    const table = new Table(this, 'Ledger', {
      partitionKey: { name: TABLE_KEY, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    table.addGlobalSecondaryIndex({
      indexName: OPEN_INDEX,
      partitionKey: { name: 'open', type: AttributeType.STRING },
      sortKey: { name: 'deadline', type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
    return table;
  }
}
