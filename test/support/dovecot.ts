import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { freePort } from '../../src/runtime/ports';
import { waitUntil } from './processes';

const PASSWORD = 'kettle';

/** A Dovecot of a test's own, with one mailbox. */
export interface Dovecot {
  port: number;
  /** As `createImapMailbox` wants it. */
  url(user: string): string;
  /** Puts mails into the mailbox of somebody, as a mail server would. @param at when they arrived */
  deliver(user: string, mails: readonly Buffer[], at?: Date): Promise<void>;
  /** Gives all mails of a mailbox new numbers, as a server does after a repair. It has to be stopped. */
  renumber(user: string): Promise<void>;
  /** Ends it, as by a crash; its mails stay. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Starts Debian's Dovecot in a folder of its own. Needs to be root, as its processes change their user. */
export async function createDovecot(): Promise<Dovecot> {
  const dir = await mkdtemp(join(tmpdir(), 'redress-dovecot-'));
  await chmod(dir, 0o755);
  const port = await freePort();
  await mkdir(join(dir, 'mail'), { mode: 0o777 });
  await chmod(join(dir, 'mail'), 0o777);
  await writeFile(join(dir, 'users'), ['help', 'care'].map((user) => `${user}:${PASSWORD}\n`).join(''));
  await writeFile(
    join(dir, 'dovecot.conf'),
    `protocols = imap
base_dir = ${dir}/run
state_dir = ${dir}/state
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
log_path = ${dir}/log
default_internal_user = dovecot
default_login_user = dovenull
first_valid_uid = 1
mail_location = maildir:${dir}/mail/%u
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${dir}/users
}
userdb {
  driver = static
  args = uid=mail gid=mail home=${dir}/mail/%u
}
namespace inbox {
  inbox = yes
}
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
`,
  );
  let child: ChildProcess | undefined;
  const answers = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('data', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
      setTimeout(() => socket.destroy(), 1_000).unref();
    }).then((is) => is as boolean);
  const dovecot: Dovecot = {
    port,
    url: (user) => `imap://${user}:${PASSWORD}@127.0.0.1:${port}`,
    async deliver(user, mails, at) {
      const client = new ImapFlow({
        host: '127.0.0.1',
        port,
        secure: false,
        auth: { user, pass: PASSWORD },
        logger: false,
      });
      client.on('error', () => undefined);
      await client.connect();
      for (const mail of mails) await client.append('INBOX', mail, [], at);
      await client.logout();
    },
    async renumber(user) {
      const inbox = join(dir, 'mail', user);
      for (const name of await readdir(inbox)) {
        // Not dovecot-uidvalidity: by it the next one is another.
        if (/^dovecot(?:-uidlist|\.index)/u.test(name)) await rm(join(inbox, name));
      }
    },
    async start() {
      child = spawn('dovecot', ['-F', '-c', join(dir, 'dovecot.conf')], { stdio: 'ignore' });
      await waitUntil(answers, 'dovecot answers');
    },
    async stop() {
      const ended = new Promise((resolve) => child?.once('exit', resolve));
      child?.kill('SIGTERM');
      await ended;
      child = undefined;
    },
    async close() {
      if (child) await dovecot.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await dovecot.start();
  return dovecot;
}
