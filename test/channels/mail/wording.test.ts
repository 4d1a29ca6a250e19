import { LANGUAGES } from '../../../src/domain/basics/types';
import { MAIL_KINDS, type MailKind } from '../../../src/domain/policy/mail-kinds';
import { MAIL_VALUES } from '../../../src/domain/policy/wording';
import { mailContent } from '../../../src/channels/mail/content';
import { allWalks, staffOf } from './walk';

/** What a department may fill into its own words of a mail: the single values that mail is written with. */
async function valuesOf(): Promise<Record<MailKind, string[]>> {
  const found = new Map<MailKind, Set<string>>(MAIL_KINDS.map((kind) => [kind, new Set()]));
  for (const language of LANGUAGES) {
    const names = new Map(staffOf(language).map(({ id, name }) => [id, name]));
    for (const walk of allWalks({ language, words: '滤芯两次发错', customerName: '林晓梅' })) {
      for (const { event, message } of walk.planned) {
        const { context } = await mailContent({
          caseNo: walk.options.caseNo,
          mail: message.mail,
          seq: event.seq,
          events: walk.events,
          now: walk.stateAt(event.seq),
          policy: walk.policy,
          language,
          customerName: walk.options.customerName,
          wish: '退款',
          reach: { phone: true, email: true },
          maySee: () => Promise.resolve(true),
          ...(message.to.kind === 'user' && { userId: message.to.id }),
          house: { name: '蓝湖', contact: '400-000-0000' },
          text: (ref) => Promise.resolve(walk.texts.get(ref.textId)),
          userName: (id) => Promise.resolve(names.get(id)),
          sameCustomer: () => Promise.resolve(true),
          links: {
            accessCode: () => 'CODE',
            progressUrl: () => 'https://desk.example/p',
            proposalUrl: () => Promise.resolve('https://desk.example/a'),
            surveyUrl: () => Promise.resolve('https://desk.example/s'),
            deskCaseUrl: () => 'https://desk.example/desk/cases/C',
          },
        });
        for (const [name, value] of Object.entries(context)) {
          if (typeof value === 'string' || typeof value === 'number') found.get(message.mail)?.add(name);
        }
      }
    }
  }
  return Object.fromEntries([...found].map(([kind, set]) => [kind, [...set].toSorted()])) as Record<MailKind, string[]>;
}

test('what a policy may fill into its own words is what the mails are written with, kind by kind', async () => {
  const filled = await valuesOf();
  // A kind that is no longer sent keeps its names: policies that were published may word it.
  const sent = MAIL_KINDS.filter((kind) => filled[kind].length > 0);
  expect(sent.length).toBeGreaterThan(20);
  for (const kind of sent)
    expect({ kind, names: [...MAIL_VALUES[kind]].toSorted() }).toEqual({ kind, names: filled[kind] });
});
