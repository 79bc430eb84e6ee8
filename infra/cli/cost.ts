import type { Counts } from '../local/counts.ts';
import type { FunctionStats } from '../local/lambda/service.ts';

/** On-demand prices in US dollars, us-east-1, as last known; AWS's price list has the say. Free tiers are left out. */
export const PRICE = {
  lambdaGbSecondArm: 0.0000133334,
  lambdaRequest: 0.2 / 1e6,
  sqsRequest: 0.4 / 1e6,
  dynamoWriteUnit: 0.625 / 1e6,
  dynamoReadUnit: 0.125 / 1e6,
  s3Put: 0.005 / 1e3,
  s3Get: 0.0004 / 1e3,
  eventBridgeEvent: 1 / 1e6,
} as const;

export interface Cost {
  readonly total: number;
  readonly lambda: number;
  readonly sqs: number;
  readonly dynamodb: number;
  readonly s3: number;
}

/**
 * What the counted work would have cost on AWS. Each ledger write is taken as one write unit (records are below 1 KB;
 * a run's own record may take two or three), each read as one; storage and logs are left out.
 */
export function toCost(counts: Counts, functions: readonly FunctionStats[]): Cost {
  const lambda = sum(
    functions.map(
      (each) => each.invocations * PRICE.lambdaRequest + gbSeconds(each) * PRICE.lambdaGbSecondArm,
    ),
  );
  const sqs =
    requests(counts, /^sqs\./) * PRICE.sqsRequest + requests(counts, /^events\./) * PRICE.eventBridgeEvent;
  const dynamodb =
    requests(counts, /^dynamodb\.(Update|Put|Delete)Item$/) * PRICE.dynamoWriteUnit +
    requests(counts, /^dynamodb\.(GetItem|Query)$/) * PRICE.dynamoReadUnit;
  // DELETE is free; everything else that is not a GET or HEAD is billed as a PUT.
  const s3 =
    requests(counts, /^s3\.(Get|Head)/) * PRICE.s3Get +
    requests(counts, /^s3\.(?!Get|Head|Delete|Abort)/) * PRICE.s3Put;
  return { total: lambda + sqs + dynamodb + s3, lambda, sqs, dynamodb, s3 };
}

const gbSeconds = ({ billedMs, memoryMb }: FunctionStats): number => (billedMs / 1000) * (memoryMb / 1024);

function requests(counts: Counts, name: RegExp): number {
  return sum([...counts.requests].filter(([operation]) => name.test(operation)).map(([, count]) => count));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
