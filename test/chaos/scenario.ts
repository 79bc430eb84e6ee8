import type { Faults } from '../../infra/local/faults/rules.ts';
import { type Random, seededRandom } from '../support/zip/mutate.ts';

/** Everything that goes wrong in one seed. What the machine's own timing adds, a replay can't repeat. */
export interface Scenario {
  readonly seed: number;
  readonly kind: string;
  /** Draws what is decided on the way. */
  readonly random: Random;
  readonly faults: Faults;
  readonly duplicates: boolean;
  /** Small limits: see alterations.ts. */
  readonly isSmall: boolean;
  /** How often a function, and the whole stack, is killed. */
  readonly functionKills: number;
  readonly stackKills: number;
  /** How often the disk below the functions' scratch and the stack's state is full for a moment. */
  readonly fullDisks: number;
  /** When the machine's clock is set, after the start, and by how much. */
  readonly clockStep: { readonly afterMs: number; readonly byMs: number } | undefined;
  /** Functions get the share of a processor that Lambda gives their memory size. */
  readonly hasCpuShares: boolean;
  /** Another version of the source comes this long after the first one; none when undefined. */
  readonly nextVersionMs: number | undefined;
}

const SERVICES = ['s3', 'sqs', 'dynamodb', 'events'];
const FAULTS = ['throttle', 'error', 'reset', 'lost'] as const;
const CHANCES = [0.004, 0.015, 0.04, 0.08];

/** Forward only: the order of two uploads is by the clock of S3, which nobody sets on AWS. */
const CLOCK_STEPS_MS = [3_600_000, 600_000];

export function toScenario(seed: number, kind: string): Scenario {
  const random = seededRandom(seed * 7919 + kind.length * 104_729);
  const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;
  const chance = pick(CHANCES);
  const rules = FAULTS.flatMap((fault) =>
    SERVICES.map((service) => ({ service, fault, chance: (chance * random(3)) / 2 })),
  );
  return {
    seed,
    kind,
    random,
    faults: {
      seed,
      rules: [
        ...rules.filter((rule) => rule.chance > 0),
        { fault: { delayMs: 20 + random(200) }, chance: 0.03 },
      ],
      messages: { late: pick([0, 0.1, 0.25]), drop: pick([0, 0, 0.03]), delay: pick([0, 0.15]) },
    },
    duplicates: random(3) === 0,
    isSmall: random(3) > 0,
    functionKills: pick([0, 1, 2, 4]),
    stackKills: pick([0, 0, 1, 2]),
    fullDisks: pick([0, 0, 0, 1]),
    clockStep: pick([undefined, undefined, { afterMs: 1500 + random(5000), byMs: pick(CLOCK_STEPS_MS) }]),
    hasCpuShares: random(4) === 0,
    nextVersionMs: pick([undefined, 300, 2500, 6000]),
  };
}

/** The same source, and nothing that goes wrong. */
export function toFaultless(scenario: Scenario): Scenario {
  return {
    ...scenario,
    faults: { rules: [] },
    duplicates: false,
    functionKills: 0,
    stackKills: 0,
    fullDisks: 0,
    clockStep: undefined,
    hasCpuShares: false,
  };
}
