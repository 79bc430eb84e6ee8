/** The kinds' own options, as `--option KEY=VALUE`. */
import { toColumns } from '../../shared/command/help.ts';
import { didYouMean } from '../../shared/command/nearest.ts';
import { type OptionSpec, toOptionSpecs, toProblem } from '../../shared/command/options.ts';
import { UsageError } from '../../shared/command/usage-error.ts';
import type { Kind } from '../../shared/kind.ts';
import { allKinds } from '../../shared/kinds/index.ts';

/** The kinds and what each makes of what. */
export const kindsHelp = (): string =>
  `Kinds:\n${toColumns(allKinds().map(({ name, title }) => [name, title] as const))}`;

/** Each kind's options. */
export const optionsHelp = (): string =>
  allKinds()
    .map(
      (kind) =>
        `Options of the kind ${kind.name} (${kind.title}):\n${toColumns(toOptionSpecs(kind.options).map(toRow))}`,
    )
    .join('\n\n');

const toRow = ({ name, value, description, byDefault }: OptionSpec): [string, string] => [
  `${name}=${value}`,
  byDefault === undefined ? description : `${description} (default: ${byDefault})`,
];

/** Says before anything starts what the kind would refuse. @throws UsageError */
export function checkOptions({ name, options: schema }: Kind, given: Readonly<Record<string, string>>): void {
  const specs = toOptionSpecs(schema);
  const known = specs.map((spec) => spec.name);
  const named = Object.entries(given).map(([key, value]) => {
    const found = known.find((each) => toLetters(each) === toLetters(key));
    if (found !== undefined) return [found, value] as const;
    const hint = didYouMean(key, known);
    throw new UsageError(
      `--option: expected an option of the kind ${name} (${known.join(', ')}), found "${key}"${hint}`,
    );
  });
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    throw new UsageError(`--option ${toProblem(parsed.error, Object.fromEntries(named), specs)}`);
}

/** A kind may take `base-url` for `baseUrl`. */
const toLetters = (name: string): string => name.replaceAll('-', '').toLowerCase();
