export { finish } from './finish.ts';
export { joinItem as join } from './join.ts';
export { processItem as process } from './process.ts';
