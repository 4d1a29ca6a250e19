import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writePrivateJson } from './private-file';

const secretsSchema = z.object({
  /** Signs links, sessions and thread tokens. */
  linkSecret: z.string().min(32),
  /** Password of the embedded Postgres. */
  postgresPassword: z.string().min(16),
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
/** One login for each role, made at the first start. */
export type Credentials = z.infer<typeof credentialsSchema>;

const random = () => randomBytes(32).toString('base64url');

/** Secrets of an embedded installation: made once, kept in DATA_DIR, because links and data written with them outlive a start. */
export function loadSecrets(dataDir: string): Secrets {
  const path = join(dataDir, 'secrets.json');
  const kept = readJson(path);
  if (kept !== undefined) return secretsSchema.parse(kept);
  const made = { linkSecret: random(), postgresPassword: random() };
  writePrivateJson(path, made);
  return made;
}

/** Bearer tokens of the generated logins, kept across starts. The database stores only their hashes. */
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
