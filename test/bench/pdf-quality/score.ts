/** The three scores of a conversion, their means, and the lines that show them. */
import { mhs } from './mhs.ts';
import { nid } from './nid.ts';
import { teds } from './teds.ts';

export interface Score {
  readonly nid: number;
  /** Undefined where the original has no table. */
  readonly teds: number | undefined;
  /** Undefined where the original has no heading. */
  readonly mhs: number | undefined;
}

/** What the library promises; the bench fails below it. */
const LEAST = { overall: 0.85, each: 0.8 };

export function toScore(reference: string, found: string): Score {
  return { nid: nid(reference, found), teds: teds(reference, found), mhs: mhs(reference, found) };
}

/** The mean of the scores that apply. */
export function overall({ nid, teds, mhs }: Score): number {
  return mean([nid, teds, mhs]);
}

/** The mean over documents of each score, and of the documents' overall scores. */
export function meanOf(scores: readonly Score[]): Score & { readonly overall: number } {
  return {
    nid: mean(scores.map((score) => score.nid)),
    teds: meanOfKnown(scores.map((score) => score.teds)),
    mhs: meanOfKnown(scores.map((score) => score.mhs)),
    overall: mean(scores.map(overall)),
  };
}

export function isAsPromised(scores: readonly Score[]): boolean {
  const means = meanOf(scores);
  const each = [means.nid, means.teds ?? 1, means.mhs ?? 1];
  return means.overall >= LEAST.overall && each.every((value) => value >= LEAST.each);
}

export function scoreText({ nid, teds, mhs }: Score): string {
  const show = (value: number | undefined): string => value?.toFixed(3) ?? '-';
  return `NID ${show(nid)} TEDS ${show(teds)} MHS ${show(mhs)}`;
}

function meanOfKnown(values: readonly (number | undefined)[]): number | undefined {
  return values.some((value) => value !== undefined) ? mean(values) : undefined;
}

function mean(values: readonly (number | undefined)[]): number {
  const known = values.filter((value) => value !== undefined);
  return known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
}
