import { readFile } from 'node:fs/promises';
import * as z from 'zod';

/** Stand-ins for what only an account knows. */
export const LOCAL_ACCOUNT = '000000000000';
export const LOCAL_REGION = 'eu-central-1';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.object({ 'aws:cdk:path': z.string().optional() }).default({}),
});
const template = z.object({
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});

export interface Resource {
  /** The resource's name in the template. */
  readonly id: string;
  /** The name that it gets locally. */
  readonly name: string;
  readonly type: string;
  /** With every intrinsic function resolved. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A synthesised CloudFormation template, interpreted: names are derived from logical ids, references are resolved. */
export interface Template {
  ofType(type: string): readonly Resource[];
  output(name: string): string;
}

type Json = z.infer<typeof template>;

/** Reads a template. `endpoint` is where all services answer, for queue URLs. */
export async function readTemplate(file: string, endpoint: string): Promise<Template> {
  const json = template.parse(JSON.parse(await readFile(file, 'utf8')));
  return {
    ofType: (type) =>
      Object.entries(json.Resources)
        .filter(([, candidate]) => candidate.Type === type)
        .map(([id, { Properties }]) => ({
          id,
          name: toName(id, json),
          type,
          properties: resolve(Properties, json, endpoint) as Record<string, unknown>,
        })),
    output(name) {
      const found = Object.entries(json.Outputs).find(([id]) => id === name);
      if (!found)
        throw new Error(`expected the output ${name}, found ${Object.keys(json.Outputs).join(', ')}`);
      return String(resolve(found[1].Value, json, endpoint));
    },
  };
}

/** A resource's place in the app, `Smallbatch/Process-canvas-512/Function/Resource`, as a name: `process-canvas-512`. */
function toName(id: string, json: Json): string {
  const path = json.Resources[id]?.Metadata['aws:cdk:path'] ?? id;
  const parts = path
    .split('/')
    .slice(1)
    .filter((part) => !GENERIC.has(part));
  return (parts.length > 0 ? parts.join('-') : id).toLowerCase().replace(/[^a-z0-9-]+/g, '-');
}

const GENERIC: ReadonlySet<string> = new Set(['Resource', 'Function', 'Queue']);

function resolve(value: unknown, json: Json, endpoint: string): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolve(entry, json, endpoint));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
    return resolveFunction(name, resolve(argument, json, endpoint), json, endpoint);
  }
  return Object.fromEntries(entries.map(([key, entry]) => [key, resolve(entry, json, endpoint)]));
}

function resolveFunction(name: string, argument: unknown, json: Json, endpoint: string): unknown {
  switch (name) {
    case 'Ref':
      return toRef(String(argument), json, endpoint);
    case 'Fn::GetAtt':
      return toAttribute(parseList(argument), json);
    case 'Fn::Join': {
      const [separator, parts] = parseList(argument);
      return parseList(parts).join(String(separator));
    }
    case 'Fn::Sub':
      return String(argument).replace(/\$\{([^}]+)\}/g, (_, ref: string) => toRef(ref, json, endpoint));
    default:
      throw new Error(`the local stack does not know the template function ${name}`);
  }
}

const parseList = (value: unknown): unknown[] => z.array(z.unknown()).parse(value);

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': LOCAL_ACCOUNT,
  'AWS::Region': LOCAL_REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'local',
  'AWS::NoValue': '',
};

function toRef(id: string, json: Json, endpoint: string): string {
  const pseudo = PSEUDO[id];
  if (pseudo !== undefined) return pseudo;
  const type = json.Resources[id]?.Type;
  return type === 'AWS::SQS::Queue' ? `${endpoint}/${LOCAL_ACCOUNT}/${toName(id, json)}` : toName(id, json);
}

const ARNS: Readonly<Record<string, (name: string) => string>> = {
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::SQS::Queue': (name) => `arn:aws:sqs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:${name}`,
  'AWS::DynamoDB::Table': (name) => `arn:aws:dynamodb:${LOCAL_REGION}:${LOCAL_ACCOUNT}:table/${name}`,
  'AWS::Lambda::Function': (name) => `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT}:function:${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${LOCAL_ACCOUNT}:role/${name}`,
  'AWS::Events::Rule': (name) => `arn:aws:events:${LOCAL_REGION}:${LOCAL_ACCOUNT}:rule/${name}`,
  'AWS::Logs::LogGroup': (name) => `arn:aws:logs:${LOCAL_REGION}:${LOCAL_ACCOUNT}:log-group:${name}:*`,
};

function toAttribute([id, attribute]: unknown[], json: Json): string {
  const type = json.Resources[String(id)]?.Type ?? '';
  const arn = attribute === 'Arn' ? ARNS[type]?.(toName(String(id), json)) : undefined;
  if (arn) return arn;
  throw new Error(`the local stack does not know the attribute ${attribute} of ${type}`);
}
