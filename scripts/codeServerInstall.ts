// Installs code-server outside the checkout, for the editor suite and `npm start -- --browser`.
import { installCodeServer } from './codeServer.ts';

const failure = installCodeServer();
if (failure !== undefined) {
  process.stderr.write(`${failure}\n`);
  process.exitCode = 1;
}
