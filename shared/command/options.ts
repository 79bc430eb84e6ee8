/** Options as their zod schema has them: what help, docs, completion and error messages say of them. */
import * as z from 'zod';
import { didYouMean } from './nearest.ts';

export interface OptionSpec {
  readonly name: string;
  /** What is given: `auto|on|off`, `N`, `DIR`; undefined for a flag. */
  readonly value?: string;
  readonly description: string;
  /** As it would be given; undefined if there is none. */
  readonly byDefault?: string;
  /** The values that there are. */
  readonly choices: readonly string[];
  readonly isRepeatable: boolean;
  /** What a value must be: `a whole number from 1 to 64`. */
  readonly expected: string;
}

/** What is used of JSON Schema; `value` is a schema's own word for what is given (`.meta({ value: 'DIR' })`). */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly format?: string;
  readonly value?: string;
}

/** The options of an object's schema, in its order. */
export function toOptionSpecs(schema: z.ZodType): OptionSpec[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const defaults = defaultsOf(schema);
  return Object.entries(properties).map(([name, property]) =>
    toSpec(name, { ...property, default: property.default ?? defaults[name] }),
  );
}

/** JSON Schema has no default for what is transformed; what a property makes of nothing is its default. */
function defaultsOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const entries = Object.entries(shapeOf(schema));
  return Object.fromEntries(entries.map(([name, property]) => [name, property.safeParse(undefined).data]));
}

/** The properties of an object, also of one whose input is changed before it is parsed. */
function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  if (schema instanceof z.ZodPipe) return shapeOf(schema.out as z.ZodType);
  return schema instanceof z.ZodObject ? schema.shape : {};
}

function toSpec(name: string, schema: JsonSchema): OptionSpec {
  const isRepeatable = schema.type === 'array';
  const isFlag = schema.type === 'boolean';
  const one = (isRepeatable ? schema.items : firstOf(schema)) ?? {};
  const choices = choicesOf(one);
  return {
    name,
    value: isFlag ? undefined : (schema.value ?? toValue(one, choices)),
    description: schema.description ?? '',
    byDefault: isFlag ? undefined : toDefault(schema.default),
    choices,
    isRepeatable,
    expected: toExpected(one, choices),
  };
}

/** A list, a number or a switch may also be written as text. */
function firstOf(schema: JsonSchema): JsonSchema {
  const { type, anyOf = [] } = schema;
  if (Array.isArray(type)) return { ...schema, type: type.includes('boolean') ? 'boolean' : type[0] };
  return anyOf.find((each) => each.type === 'string') ?? anyOf[0] ?? schema;
}

function choicesOf(schema: JsonSchema): string[] {
  if (schema.type === 'boolean') return ['true', 'false'];
  return (schema.enum ?? (schema.const === undefined ? [] : [schema.const])).map(String);
}

function toValue({ type, format }: JsonSchema, choices: readonly string[]): string {
  if (choices.length > 0) return choices.join('|');
  if (type === 'integer' || type === 'number') return 'N';
  return format === 'uri' ? 'URL' : 'TEXT';
}

function toDefault(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(',');
  return typeof value === 'object' ? undefined : String(value);
}

function toExpected(schema: JsonSchema, choices: readonly string[]): string {
  if (choices.length > 0) return `one of ${choices.join(', ')}`;
  if (schema.type === 'integer' || schema.type === 'number') return toNumberExpected(schema);
  return schema.format === 'uri' ? 'a URL' : 'a text';
}

function toNumberExpected({ type, minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  const least = minimum ?? (exclusiveMinimum === 0 ? 1 : undefined);
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (isBounded) return `${kind} from ${least ?? 0} to ${maximum}`;
  return least === undefined || least < 0 ? kind : `${kind}, ${least} or more`;
}

/** What is wrong with the options given, in one line: `concurrency: expected a whole number from 1 to 64, found "x"`. */
export function toProblem(
  { issues: [issue] }: z.ZodError,
  given: Readonly<Record<string, unknown>>,
  specs: readonly OptionSpec[],
): string {
  const name = String(issue?.path[0] ?? '');
  const spec = specs.find((each) => each.name === name);
  const found = given[name] === undefined ? 'none' : JSON.stringify(given[name]);
  const message = issue?.message ?? '';
  const said = /^expected|^needed/.test(message) ? message : `expected ${spec?.expected ?? 'another value'}`;
  const hint = spec && typeof given[name] === 'string' ? didYouMean(given[name], spec.choices) : '';
  return `${name}: ${said}${said.includes('found ') ? '' : `, found ${found}${hint}`}`;
}
