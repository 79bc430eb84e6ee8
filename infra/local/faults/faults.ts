import { setTimeout } from 'node:timers/promises';
import type { Call, Gate } from '../gateway.ts';
import { wildcard } from '../iam/policy.ts';
import { byChance } from './chance.ts';
import { injectFault } from './inject-fault.ts';
import { type Send, withMessageFaults } from './messages.ts';
import { type AnsweringFault, type Faults, faults, type Parsed } from './rules.ts';

export interface FaultInjector {
  readonly gate: Gate;
  /** SQS as the functions see it: what they send may come late, twice or never. */
  faulty(send: Send): Send;
  /** `<service> <fault>` → how often it was injected. */
  readonly injected: ReadonlyMap<string, number>;
}

/** A gate that has calls go wrong. Throws a ZodError for rules that are not valid. */
export function createFaults(input: Faults): FaultInjector {
  const decide = createDecision(input);
  const injected = new Map<string, number>();
  const count = (name: string) => void injected.set(name, (injected.get(name) ?? 0) + 1);
  const gate: Gate = async (request, response, call) => {
    const { delayMs, fault } = decide(call);
    if (delayMs > 0) {
      count(`${call.service} delay`);
      await setTimeout(delayMs);
    }
    if (!fault) return request;
    count(`${call.service} ${fault}`);
    return injectFault(fault, request, response, call);
  };
  const { seed, messages } = faults.parse(input);
  const faulty = (send: Send): Send => (messages ? withMessageFaults(send, { seed, messages, count }) : send);
  return { gate, faulty, injected };
}

export interface Decision {
  /** All delays that are due, together. */
  readonly delayMs: number;
  /** The first of the others that is due. */
  readonly fault: AnsweringFault | undefined;
}

/** What is to happen to each call, in the order in which they come. Every rule that matches decides, due or not. */
export function createDecision(input: Faults): (call: Call) => Decision {
  const { seed, rules } = faults.parse(input);
  const compiled = rules.map((each, n) => ({
    fault: each.fault,
    isDue: each.every ? everyNth(each.every) : byChance(each.chance ?? 0, seed + n * 0x9e3779b9),
    matches: toMatch(each),
  }));
  return (call) => {
    const due = compiled.filter(({ matches, isDue }) => matches(call) && isDue()).map(({ fault }) => fault);
    return {
      delayMs: due.reduce((sum, fault) => sum + (typeof fault === 'object' ? fault.delayMs : 0), 0),
      fault: due.find((fault) => typeof fault === 'string'),
    };
  };
}

function toMatch({ service, operation, caller }: Parsed['rules'][number]): (call: Call) => boolean {
  const patterns = [wildcard(service), wildcard(operation), wildcard(caller)];
  return (call) =>
    [call.service, call.operation, call.caller].every((text, n) => patterns[n]?.test(text) ?? false);
}

function everyNth(every: number): () => boolean {
  let calls = 0;
  return () => ++calls % every === 0;
}
