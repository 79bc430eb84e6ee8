import { openRuns } from '../../../shared/run/run.ts';
import { startTestStack } from './local-stack.ts';
import '../kinds/toy-kind.ts';

/**
 * A local stack in a process of its own, to be killed: `<template> <code folder> <state folder> <port>`. Like the command
 * line after a crash, it has sweep send what open runs lack; then it prints a line.
 */
const [templateFile = '', codeDir = '', stateDir = '', port = ''] = process.argv.slice(2);
const stack = await startTestStack(
  { templateFile, codeDir, folder: stateDir, remove: async () => undefined },
  { stateDir, port: Number(port) },
);
const open = await Array.fromAsync(openRuns());
if (open.length > 0) await stack.lambda.invokeAsync('sweep', { restarted: true });
console.log('ready');
