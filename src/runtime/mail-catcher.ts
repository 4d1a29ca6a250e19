import { join } from 'node:path';
import { PROJECT_ROOT } from '../paths';
import { tcpOpen } from './probes';
import type { ProcessSpec } from './supervise';

/** By path: the package exports its library only, and only to ES modules. */
const MAILDEV = join(PROJECT_ROOT, 'node_modules', 'maildev', 'dist', 'bin', 'maildev.js');

/** A real SMTP server that delivers to a web page instead of the world: mails to customers can be tried out safely. */
export function mailCatcherProcess(options: {
  dataDir: string;
  smtpPort: number;
  webPort: number;
  env: NodeJS.ProcessEnv;
}): ProcessSpec {
  const { dataDir, smtpPort, webPort, env } = options;
  return {
    name: 'mail',
    command: process.execPath,
    args: [
      MAILDEV,
      '--smtp',
      String(smtpPort),
      '--ip',
      '127.0.0.1',
      '--web',
      String(webPort),
      '--web-ip',
      '127.0.0.1',
      '--mail-directory',
      join(dataDir, 'mail'),
      // A bench or a year of demo must not fill the disk, and each start reads them all again (5,000 took 13 s).
      '--max-emails',
      '500',
      '--silent',
    ],
    env,
    cwd: dataDir,
    graceMs: 5000,
    ready: async () => (await tcpOpen(smtpPort)) && (await tcpOpen(webPort)),
  };
}
