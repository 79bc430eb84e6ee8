import { rm } from 'node:fs/promises';
import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { build, FUNCTIONS_DIR } from './build.ts';
import { parseConfig } from './config.ts';
import { SmallbatchStack } from './stack.ts';

/** Of this process alone: synthesising copies it, and another one may do the same at this moment. */
const codeDir = `${FUNCTIONS_DIR}-${process.pid}`;

await build(codeDir);
const app = new App();
const config = parseConfig(app.node.tryGetContext('smallbatch'));
new SmallbatchStack(app, config.stackName, { config, code: Code.fromAsset(codeDir) });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
app.synth();
await rm(codeDir, { recursive: true });
