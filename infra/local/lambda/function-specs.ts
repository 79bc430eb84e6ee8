import * as z from 'zod';
import { LOCAL_REGION, type Template } from '../template.ts';
import type { FunctionSpec } from './service.ts';

const properties = z.object({
  Handler: z.string(),
  MemorySize: z.number(),
  Timeout: z.number(),
  EphemeralStorage: z.object({ Size: z.number() }).optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
});

interface FunctionOptions {
  readonly codeDir: string;
  /** Added to every function's own. */
  readonly functionEnvironment?: Readonly<Record<string, string>> | undefined;
}

/** The template's functions, ready to run: their access key is their name, so that the gateway knows who calls. */
export function toFunctionSpecs(
  template: Template,
  endpoint: string,
  { codeDir, functionEnvironment }: FunctionOptions,
): FunctionSpec[] {
  return template.ofType('AWS::Lambda::Function').map((resource) => {
    const { Handler, MemorySize, Timeout, EphemeralStorage, Environment } = properties.parse(
      resource.properties,
    );
    return {
      name: resource.name,
      handler: Handler,
      codeDir,
      memoryMb: MemorySize,
      timeoutSeconds: Timeout,
      ephemeralMb: EphemeralStorage?.Size ?? 512,
      environment: {
        ...Environment?.Variables,
        ...sdkEnvironment(resource.name, endpoint),
        ...functionEnvironment,
      },
    };
  });
}

/** What makes an SDK talk to the gateway as `caller`. */
export function sdkEnvironment(caller: string, endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: LOCAL_REGION,
    AWS_ACCESS_KEY_ID: caller,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
  };
}
