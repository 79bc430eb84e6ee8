import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTemplate, type Template } from '../../../infra/local/template.ts';

/** A template with one function `worker` under the role `workerrole`, for tests of what its policy does. */
export interface IamParts {
  readonly statements?: readonly object[];
  readonly role?: object;
  readonly function?: object;
  /** Further resources. */
  readonly more?: object;
}

export const allow = (action: string | string[], resource: string): object => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
});

function iamTemplate({ statements = [], role, function: worker, more }: IamParts): object {
  return {
    Resources: {
      WorkerRole: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: {}, ...role },
      },
      WorkerPolicy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'worker',
          PolicyDocument: { Version: '2012-10-17', Statement: statements },
          Roles: [{ Ref: 'WorkerRole' }],
        },
      },
      Worker: {
        Type: 'AWS::Lambda::Function',
        Properties: { Role: { 'Fn::GetAtt': ['WorkerRole', 'Arn'] }, ...worker },
      },
      Queue: { Type: 'AWS::SQS::Queue' },
      ...more,
    },
  };
}

/** Reads such a template as the local stack does. */
export async function readIamTemplate(folder: string, parts: IamParts): Promise<Template> {
  const file = join(folder, 'template.json');
  await writeFile(file, JSON.stringify(iamTemplate(parts)));
  return await readTemplate(file, 'http://127.0.0.1');
}
