import { PRICE } from './cost.ts';

/** What a run of calls amounts to before it begins. */
export interface CallPlan {
  readonly items: number;
  readonly bad: number;
  readonly bytes: number;
  readonly calls: number;
  readonly messages: number;
  /** Of 64 KiB, which SQS bills. */
  readonly messageChunks: number;
}

const PART_CLUSTERS = 128;
/** A result or manifest line of a row, and what one part of an upload holds. */
const LINE_BYTES = 200;
const UPLOAD_BYTES = 5 * 1024 * 1024;
/** Opening, sealing and ending a run: writes of the ledger, and objects. */
const FIXED_WRITES = 20;
const FIXED_PUTS = 12;

/**
 * Requests and what they cost in US dollars; Lambda's time is not in it. A message is sent in tens, received and deleted; its cluster is one write of
 * the ledger, a journal entry, a result object, and four reads (results, journal, rows, results again to publish).
 */
export function toCallCost(plan: CallPlan): { engine: number; invocations: number } {
  const { messages, messageChunks, calls, items } = plan;
  const parts = Math.ceil(messages / PART_CLUSTERS);
  const uploads = 2 * Math.ceil((items * LINE_BYTES) / UPLOAD_BYTES);
  const sqs = (2 * messageChunks + messages) * PRICE.sqsRequest;
  const writes = (messages + 2 * parts + FIXED_WRITES) * PRICE.dynamoWriteUnit;
  const puts = (2 * messages + 3 * parts + uploads + FIXED_PUTS) * PRICE.s3Put;
  const gets = (4 * messages + 3 * parts) * PRICE.s3Get;
  const lambda = (messages + 2 * parts) * PRICE.lambdaRequest;
  return { engine: sqs + writes + puts + gets + lambda, invocations: calls * PRICE.lambdaRequest };
}
