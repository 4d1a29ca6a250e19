import type { Request, Response } from 'express';
import { hookChange, hookMapping, isRefused, wantedHook, type HookShown } from '../../../cases';
import { faultsOf, type Fault } from '../../../domain/basics/faults';
import { atLeast } from '../../../domain/case/permissions';
import type { Context } from '../../../render/engine';
import { pageTime } from '../../../render/format';
import { inLanguage } from '../../../render/words';
import { field, param } from '../kit/request';
import { sayIn, type Wording } from '../kit/wording';
import { actsContext, CHANNELS_PAGE } from './connections';
import type { DeskNeeds } from './page';
import { faultAt, receiverPage, toldIn, type DoneWords } from './receivers';
import type { DeskRoute } from './route';
import { actorIn } from './session';

const HERE = '/desk/hooks';

const DONE: DoneWords = {
  saved: {
    zh: '已保存。因为对不上字段而等着的内容会重新读取。',
    en: 'Saved. What waits because it did not fit is read again.',
  },
  on: { zh: '已启用。', en: 'It is on.' },
  off: { zh: '已停用：对方发来的一律拒绝。', en: 'It is off: whatever is posted is refused.' },
};

/** What somebody has typed. */
interface Typed {
  name: string;
  /** JSON. */
  mapping: string;
}
const typedIn = (req: Request): Typed => ({ name: field(req, 'name').trim(), mapping: field(req, 'mapping').trim() });

/** What a text holds as JSON. */
const parsed = (text: string, path: string): { value: unknown } | { faults: Fault[] } => {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return {
      faults: [
        {
          path,
          words: { zh: '不是 JSON，请核对引号、逗号和括号', en: 'is no JSON: check quotes, commas and brackets' },
        },
      ],
    };
  }
};

/** What was tried with a sample. */
interface Tried {
  body: string;
  faults?: readonly Fault[];
  complaint?: object;
}

interface Shown {
  id?: string;
  typed?: Typed;
  faults?: readonly Fault[];
  secret?: string;
  tried?: Tried;
}

/** The two pages: all hooks, and one. */
function showing({ cases: { inboundHooks: hooks, connections }, answers }: Pick<DeskNeeds, 'cases' | 'answers'>) {
  const mayAct = (res: Response): boolean => atLeast(actorIn(res), 'admin');

  async function showAll(req: Request, res: Response, status: number, shown: Shown = {}): Promise<void> {
    const wording = answers.wordingOf(req);
    const all = await hooks.list(actorIn(res));
    answers.page(
      res,
      status,
      'hooks',
      wording,
      {
        heading: sayIn(wording.language)('对接系统', 'Systems that post'),
        hooks: all.map((one) => rowContext(one, wording)),
        mayAct: mayAct(res),
        name: shown.typed?.name ?? '',
        nameFault: faultAt(shown.faults, 'name', wording.language),
      },
      HERE,
    );
  }

  async function showOne(req: Request, res: Response, status: number, shown: Shown = {}): Promise<void> {
    const wording = answers.wordingOf(req);
    const { language } = wording;
    const actor = actorIn(res);
    const { id = param(req, 'id'), typed, faults, secret, tried } = shown;
    const [one, acts] = await Promise.all([hooks.get(id, actor), connections.acts(actor, id)]);
    answers.page(
      res,
      status,
      'hook',
      wording,
      {
        heading: one.name,
        ...toldIn(req, DONE, language),
        ...rowContext(one, wording),
        url: one.url,
        secret: secret ?? null,
        mayAct: mayAct(res),
        typed: {
          name: typed?.name ?? one.name,
          mapping: typed?.mapping ?? mappingText(one.mapping),
          nameFault: faultAt(faults, 'name', language),
          mappingFaults: (faults ?? [])
            .filter(({ path }) => path !== 'name')
            .map(({ path, words }) => ({ path: path.replace(/^mapping\.?/u, ''), words: inLanguage(words, language) })),
        },
        tried: {
          body: tried?.body ?? '',
          faults: (tried?.faults ?? []).map(({ path, words }) => ({ path, words: inLanguage(words, language) })),
          fields: tried?.complaint ? fieldsOf(tried.complaint) : null,
        },
        acts: actsContext(acts, wording),
      },
      `${HERE}/${id}`,
    );
  }

  return { showAll, showOne };
}

/** Systems of the house that post complaints, and the telephone system: who may, with which fields, whether they do. */
export function hooksPage({ cases, answers }: DeskNeeds): DeskRoute[] {
  const { inboundHooks: hooks } = cases;
  const { showAll, showOne } = showing({ cases, answers });
  const { backTo, switching } = receiverPage(HERE, answers);

  return [
    {
      method: 'get',
      path: HERE,
      who: 'admin',
      about: { zh: '可以发来投诉和来电的系统', en: 'systems that may post complaints and calls' },
      nav: {
        name: { zh: '对接系统', en: 'Systems that post' },
        icon: 'i-hook',
        isOfHouse: true,
        behind: CHANNELS_PAGE,
      },
      handle: (req, res) => showAll(req, res, 200),
    },
    {
      method: 'post',
      path: HERE,
      who: 'admin',
      about: { zh: '让一个系统可以发来', en: 'lets a system post' },
      form: true,
      async handle(req, res) {
        const typed = typedIn(req);
        const wanted = wantedHook.safeParse({ name: typed.name }, { reportInput: true });
        if (!wanted.success) return showAll(req, res, 422, { typed, faults: faultsOf(wanted.error) });
        const { hook, secret } = await hooks.create(wanted.data, actorIn(res));
        await showOne(req, res, 200, { id: hook.id, secret });
      },
    },
    {
      method: 'get',
      path: `${HERE}/:id`,
      who: 'admin',
      about: { zh: '一个对接口：地址、字段对应、试读', en: 'a hook: its address, its mapping, a dry run' },
      handle: (req, res) => showOne(req, res, 200),
    },
    {
      method: 'post',
      path: `${HERE}/:id`,
      who: 'admin',
      about: { zh: '修改对接口', en: 'changes a hook' },
      form: true,
      async handle(req, res) {
        const typed = typedIn(req);
        const mapping = parsed(typed.mapping, 'mapping');
        if ('faults' in mapping) return showOne(req, res, 422, { typed, faults: mapping.faults });
        const change = hookChange.safeParse({ name: typed.name, mapping: mapping.value }, { reportInput: true });
        if (!change.success) return showOne(req, res, 422, { typed, faults: faultsOf(change.error) });
        const id = param(req, 'id');
        await hooks.change(id, change.data, actorIn(res));
        res.redirect(303, backTo(id, 'saved'));
      },
    },
    {
      method: 'post',
      path: `${HERE}/:id/try`,
      who: 'admin',
      about: { zh: '试读一份内容，不登记', en: 'reads a sample, and files nothing' },
      form: true,
      async handle(req, res) {
        const body = field(req, 'body');
        const sample = parsed(body, '');
        if ('faults' in sample) return showOne(req, res, 422, { tried: { body, faults: sample.faults } });
        try {
          const { complaint } = await hooks.tryOut(param(req, 'id'), { body: sample.value }, actorIn(res));
          await showOne(req, res, 200, { tried: { body, complaint } });
        } catch (error) {
          if (!isRefused(error, 'invalid')) throw error;
          await showOne(req, res, 422, { tried: { body, faults: error.details.faults ?? [] } });
        }
      },
    },
    {
      method: 'post',
      path: `${HERE}/:id/rotate`,
      who: 'admin',
      about: { zh: '换一个密钥', en: 'gives a hook another secret' },
      form: true,
      async handle(req, res) {
        const { secret } = await hooks.rotate(param(req, 'id'), actorIn(res));
        await showOne(req, res, 200, { secret });
      },
    },
    switching({ zh: '停用或启用', en: 'switches a hook off or on' }, (id, isOn, actor) =>
      hooks.change(id, { isOn }, actor),
    ),
  ];
}

/** A field a line, in the order in which they are described. */
function mappingText(mapping: HookShown['mapping']): string {
  const order = Object.keys(hookMapping.shape);
  const lines = Object.entries(mapping)
    .toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b))
    .map(([name, place]) => `  ${JSON.stringify(name)}: ${JSON.stringify(place)}`);
  return `{\n${lines.join(',\n')}\n}`;
}

function rowContext({ id, name, isOn, lastMessageAt, oldSecretUntil }: HookShown, wording: Wording): Context {
  const { language, now } = wording;
  const say = sayIn(language);
  return {
    id,
    name,
    href: `${HERE}/${id}`,
    isOn,
    state: isOn ? say('启用', 'on') : say('已停用', 'off'),
    last:
      lastMessageAt === undefined
        ? say('还没有收到过', 'nothing came yet')
        : say(`最近一次 ${pageTime(lastMessageAt, language, now)}`, `last ${pageTime(lastMessageAt, language, now)}`),
    oldSecret:
      oldSecretUntil === undefined
        ? null
        : say(
            `旧密钥用到 ${pageTime(oldSecretUntil, language, now)}`,
            `the secret before works until ${pageTime(oldSecretUntil, language, now)}`,
          ),
  };
}

/** The complaint that a sample would become, as a flat list. */
const fieldsOf = (given: object, before = ''): { name: string; value: string }[] =>
  Object.entries(given).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? fieldsOf(value, `${before}${name}.`)
      : [{ name: `${before}${name}`, value: String(value) }],
  );
