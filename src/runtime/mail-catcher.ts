import { join } from 'node:path';
import { PROJECT_ROOT } from '../paths';
import { tcpOpen } from './probes';
import type { ProcessSpec } from './supervise';

/** By its path: the package exports only its library, not its program. */
const MAILDEV = join(PROJECT_ROOT, 'node_modules', 'maildev', 'dist', 'bin', 'maildev.js');

/**
 * The mail catcher (maildev), for the supervisor: an SMTP server that shows every mail on a web page and sends none, so
 * that mails to customers can be tried out safely. It listens on this machine alone.
 */
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
      // Mails are kept on the disk, and each start reads all of them again: 5,000 took 13 s.
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
