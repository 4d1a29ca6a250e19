import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { HookMapping, InboundHook, Stores } from '../../db';
import { DAY } from '../../domain/basics/milliseconds';
import { isUuid } from '../../domain/basics/ids';
import { shortText } from '../../domain/basics/free-text';
import type { Staff } from '../../domain/case/permissions';
import { addMs, toInstant } from '../../domain/time/duration';
import type { Links } from '../access/links';
import { instant } from '../answer-parts';
import { complaintSchema, type ComplaintBody } from '../filing/complaint-input';
import { invalid, mustBe, mustRead, notFound } from '../refused';
import { hookMapping, OWN_NAMES, readGiven } from './hook-mapping';

/** For so long after a rotation the secret before it is still taken. */
export const OLD_SECRET_MS = DAY;

export const wantedHook = z.strictObject({
  name: shortText(80),
  mapping: hookMapping.optional().describe('left out: our own names of the fields'),
});
export const hookChange = z.strictObject({
  name: shortText(80).optional(),
  mapping: hookMapping.optional().describe('in place of the one before; what waits because of that one is read again'),
  isOn: z.boolean().optional(),
});
export const hookTry = z.strictObject({
  body: z.unknown().describe('as the system would post it'),
  mapping: hookMapping.optional().describe('left out: that of the hook'),
});
export const hookShown = z.object({
  id: z.string(),
  name: z.string(),
  isOn: z.boolean(),
  url: z.string().describe('where its system posts'),
  mapping: z.record(z.string(), z.object({ pointer: z.string().optional(), value: z.string().optional() })),
  createdBy: z.string().describe('a user id'),
  createdAt: instant,
  rotatedAt: instant.optional(),
  oldSecretUntil: instant.optional().describe('until then the secret before the last rotation is taken, too'),
  lastMessageAt: instant.optional().describe('to a minute or so'),
});
export const hookWithSecret = z.object({ hook: hookShown, secret: z.string().describe('shown here and never again') });
export const hookTried = z.object({
  complaint: complaintSchema.describe('what would be filed'),
  externalId: z.string().optional(),
});

export type HookShown = z.output<typeof hookShown>;

/** Systems of the house that post complaints (`POST /hooks/:id`). For admins; auditors may look. */
export interface HookAccess {
  /** By name. @throws Refused `forbidden` */
  list(actor: Staff): Promise<HookShown[]>;
  /** @throws Refused `forbidden`, `notFound` */
  get(id: string, actor: Staff): Promise<HookShown>;
  /** @returns it, with its secret, which nobody is told again @throws Refused `forbidden` */
  create(wanted: z.output<typeof wantedHook>, actor: Staff): Promise<z.output<typeof hookWithSecret>>;
  /**
   * Changes a hook; a new mapping has what could not be read by the old one taken up again.
   * @throws Refused `forbidden`, `notFound`
   */
  change(id: string, change: z.output<typeof hookChange>, actor: Staff): Promise<HookShown>;
  /** Gives it another secret; the one before is taken for a day more, and none older. @throws as `change` */
  rotate(id: string, actor: Staff): Promise<z.output<typeof hookWithSecret>>;
  /** Reads a body as the hook would, and files nothing. @throws as `change`, and `invalid` with what is wrong */
  tryOut(
    id: string,
    tried: { body?: unknown; mapping?: HookMapping | undefined },
    actor: Staff,
  ): Promise<{ complaint: ComplaintBody; externalId?: string }>;
}

interface Needs {
  hooks: Stores['inboundHooks'];
  inbound: Pick<Stores['inbound'], 'again'>;
  links: Pick<Links, 'hookSecret' | 'hookUrl'>;
  log: { info(fields: object, message: string): void };
  clock: () => number;
}

/** How messages of a hook name their source. */
export const hookSource = (id: string): string => `hook:${id}`;

/** Builds `HookAccess`. */
export function createHooks({ hooks, inbound, links, log, clock }: Needs): HookAccess {
  const noSuchHook = () => notFound({ zh: '对接口', en: 'hook' });
  const there = (hook: InboundHook | undefined): InboundHook => {
    if (!hook) throw noSuchHook();
    return hook;
  };
  const shown = ({ generation: _generation, ...hook }: InboundHook): HookShown => {
    const until = hook.rotatedAt && addMs(hook.rotatedAt, OLD_SECRET_MS);
    const isTaken = until !== undefined && until > toInstant(clock());
    return { ...hook, url: links.hookUrl(hook.id), ...(isTaken && { oldSecretUntil: until }) };
  };
  const withSecret = (hook: InboundHook) => ({
    hook: shown(hook),
    secret: links.hookSecret(hook.id, hook.generation),
  });

  return {
    async list(actor) {
      mustRead(actor, 'admin');
      return (await hooks.list()).map(shown);
    },

    async get(id, actor) {
      mustRead(actor, 'admin');
      return shown(there(isUuid(id) ? await hooks.get(id) : undefined));
    },

    async create({ name, mapping }, actor) {
      mustBe(actor, 'admin');
      const hook: InboundHook = {
        id: randomUUID(),
        name,
        isOn: true,
        mapping: mapping ?? OWN_NAMES,
        generation: 1,
        createdBy: actor.id,
        createdAt: toInstant(clock()),
      };
      await hooks.create(hook);
      log.info({ hook: hook.id, by: actor.id }, 'a hook was made');
      return withSecret(hook);
    },

    async change(id, { name, mapping, isOn }, actor) {
      mustBe(actor, 'admin');
      if (!isUuid(id)) throw noSuchHook();
      const set = {
        ...(name !== undefined && { name }),
        ...(mapping && { mapping }),
        ...(isOn !== undefined && { isOn }),
      };
      const hook = there(await hooks.change(id, set, { by: actor.id, at: toInstant(clock()) }));
      const again = mapping ? await inbound.again('webhook', hookSource(id), 'unmapped') : 0;
      log.info({ hook: id, by: actor.id, changed: Object.keys(set), again }, 'a hook was changed');
      return shown(hook);
    },

    async rotate(id, actor) {
      mustBe(actor, 'admin');
      if (!isUuid(id)) throw noSuchHook();
      const hook = there(await hooks.rotate(id, { by: actor.id, at: toInstant(clock()) }));
      log.info({ hook: id, by: actor.id }, 'a hook got another secret');
      return withSecret(hook);
    },

    async tryOut(id, { body, mapping }, actor) {
      mustBe(actor, 'admin');
      const hook = there(isUuid(id) ? await hooks.get(id) : undefined);
      const read = readGiven(body, mapping ?? hook.mapping);
      if ('faults' in read) throw invalid(read.faults);
      return { complaint: read.body, ...(read.externalId !== undefined && { externalId: read.externalId }) };
    },
  };
}
