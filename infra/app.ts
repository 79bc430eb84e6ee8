import { App, Validations } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { build, FUNCTIONS_DIR } from './build.ts';
import { parseConfig } from './config.ts';
import { SmallbatchStack } from './stack.ts';

await build();
const app = new App();
const config = parseConfig(app.node.tryGetContext('smallbatch'));
new SmallbatchStack(app, config.stackName, { config, code: Code.fromAsset(FUNCTIONS_DIR) });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
app.synth();
