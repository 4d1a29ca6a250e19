import { createECDH, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writePrivateJson } from './private-file';

const secretsSchema = z.object({
  /** LINK_SECRET of the programs: derives access codes and customers' links, and signs decisions sent to Temporal. */
  linkSecret: z.string().min(32),
  /** Password of the embedded Postgres. */
  postgresPassword: z.string().min(16),
  /** VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY: by these push services know the house. */
  vapid: z.object({ publicKey: z.string(), privateKey: z.string() }),
});
export type Secrets = z.infer<typeof secretsSchema>;

const credentialSchema = z.object({ userId: z.string(), token: z.string() });
const ROLES = ['agent', 'supervisor', 'manager', 'admin'] as const;
const credentialsSchema = z.object({
  agent: credentialSchema,
  supervisor: credentialSchema,
  manager: credentialSchema,
  admin: credentialSchema,
});
/** One login for each role (not for `colleague`), made at the first start. */
export type Credentials = z.infer<typeof credentialsSchema>;

/** A pair of keys of P-256, as push services want them. */
function vapidKeys(): Secrets['vapid'] {
  const pair = createECDH('prime256v1');
  const publicKey = pair.generateKeys('base64url');
  return { publicKey, privateKey: pair.getPrivateKey().toString('base64url').padStart(43, 'A') };
}

const random = () => randomBytes(32).toString('base64url');

/**
 * The secrets of an installation by `npm start`. Made at the first start and kept in `secrets.json` of DATA_DIR: links
 * that were sent, and the cluster's password, must stay valid after a restart.
 * @throws when the file is there and does not hold them: new secrets would silently invalidate all links
 */
export function loadSecrets(dataDir: string): Secrets {
  const path = join(dataDir, 'secrets.json');
  const kept = readJson(path);
  // Installations from before there were pushes have no such keys.
  const known = kept === undefined ? undefined : secretsSchema.partial({ vapid: true }).parse(kept);
  if (known?.vapid) return { ...known, vapid: known.vapid };
  const made = { linkSecret: random(), postgresPassword: random(), ...known, vapid: vapidKeys() };
  writePrivateJson(path, made);
  return made;
}

/**
 * The logins of an installation by `npm start`, with their bearer tokens. Made at the first start and kept in
 * `credentials.json` of DATA_DIR; the database stores only the tokens' hashes.
 */
export function loadCredentials(dataDir: string): Credentials {
  const path = join(dataDir, 'credentials.json');
  const kept = readJson(path);
  if (kept !== undefined) return credentialsSchema.parse(kept);
  const made = credentialsSchema.parse(
    Object.fromEntries(ROLES.map((role) => [role, { userId: role, token: `rdr_${random()}` }])),
  );
  writePrivateJson(path, made);
  return made;
}
