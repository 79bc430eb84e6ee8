/** `node s3-process.ts <folder> <events file>`: a store of its own process, so that it can be killed and measured. */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createS3 } from '../../../infra/local/s3/api.ts';

const [folder = '', eventsFile = ''] = process.argv.slice(2);
const s3 = await createS3({
  folder,
  onObjectCreated: (event) => {
    appendFileSync(eventsFile, `${JSON.stringify(event)}\n`);
  },
});
await s3.createBucket('plain', { versioned: false });
await s3.createBucket('versioned', { versioned: true });
const server = createServer((request, response) => {
  void s3.handle(request, response);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : address);
});
