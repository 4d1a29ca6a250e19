import { complaintSchema, cut, languageOf, MOST_TEXT } from '../../cases';
import type { InboundMessage, SenderCheck } from '../../db';
import { wholeText, type InboundChannel, type InboundFile, type Understood } from '../inbound/channel';
import { readReport } from './bounce';
import { natureOf } from './nature';
import { ownWords } from './own-words';
import { readMail, type Mailbox, type ReadMail } from './read';
import type { ReplyAddresses } from '../replies/reply-address';
import type { CheckSender } from './sender-check';

interface Needs {
  /** Undefined: the house has no address with a key, and every mail is a complaint of its own. */
  replyAddresses: ReplyAddresses | undefined;
  /** The domain of our Message-IDs. */
  mailDomain: string;
  /** The mailbox that our mails are from: whoever writes in its name is us, or lies. */
  ownAddress: string;
  /** Undefined: the house does not want senders to be checked. */
  checkSender: CheckSender | undefined;
}

/** Mail as a way in. */
export function createMailChannel({ replyAddresses, mailDomain, ownAddress, checkSender }: Needs): InboundChannel {
  /** A complaint, and whether it is from whom it says. In the case of an answer its key has proved that. */
  async function checked(understood: Understood, raw: Buffer, mail: ReadMail, envelope: Envelope): Promise<Understood> {
    if (understood.kind === 'answer') {
      return { ...understood, otherwise: await checked(understood.otherwise, raw, mail, envelope) };
    }
    if (understood.kind !== 'complaint' || !checkSender) return understood;
    const { from, ip, helo, forwarded } = envelope;
    const found = await checkSender(raw, mail, {
      from,
      client: forwarded && ip !== undefined ? { ip, helo } : undefined,
    });
    return { ...understood, senderCheck: ofCustomer(found, mail) };
  }

  return {
    name: 'mail',
    async understand(raw: Buffer, { envelope, forced }: InboundMessage): Promise<Understood> {
      const mail = await readMail(raw);
      const caseNo = replyAddresses?.caseIn([...mail.to, ...(envelope.to ?? []).map((one) => one.toLowerCase())]);
      if (!forced) {
        const nature = natureOf(mail, { mailDomain, envelopeFrom: envelope.from });
        if (nature === 'own' || mail.from?.address.toLowerCase() === ownAddress.toLowerCase()) {
          return { kind: 'aside', reason: 'own_mail', caseNo };
        }
        if (nature === 'automatic') return { kind: 'aside', reason: 'automatic', caseNo };
        if (nature === 'bounce') return asReport(mail);
        if (envelope.tooLarge !== undefined)
          return { kind: 'unclear', reason: 'too_large', caseNo, title: titleOf(mail) };
      }
      return checked(caseNo === undefined ? asComplaint(mail) : asAnswer(mail, caseNo), raw, mail, envelope);
    },
  };
}

type Envelope = InboundMessage['envelope'];

/** Nobody vouches for an address that the mail merely asks to be answered at. */
const ofCustomer = (check: SenderCheck, { from, replyTo }: ReadMail): SenderCheck =>
  check.verdict === 'proved' && replyTo && replyTo.address.toLowerCase() !== from?.address.toLowerCase()
    ? { ...check, verdict: 'unproved' }
    : check;

/** A server says what became of a mail of ours; where it does not say which, somebody has to find out. */
function asReport(mail: ReadMail): Understood {
  const { result, ...report } = readReport(mail);
  if (result === 'delayed') return { kind: 'aside', reason: 'delayed' };
  const title = titleOf(mail);
  return result === 'failed' ? { kind: 'undelivered', report, title } : { kind: 'unclear', reason: 'bounce', title };
}

/** A mail to the address with the key of this case: only its customer was given that. */
function asAnswer(mail: ReadMail, caseNo: string): Understood {
  const words = ownWords(mail.text);
  const title = titleOf(mail);
  if (words === '' && mail.files.length === 0) return { kind: 'unclear', reason: 'empty', caseNo, title };
  const fit = fitted(words === '' ? FILES_ALONE : words, mail.files);
  return { kind: 'answer', caseNo, via: 'mail', ...fit, title, otherwise: asComplaint(mail) };
}

function asComplaint(mail: ReadMail): Understood {
  const { from, subject, text, files } = mail;
  const title = titleOf(mail);
  if (!from) return { kind: 'unclear', reason: 'no_sender', title };
  if (subject === '' && text === '' && files.length === 0) return { kind: 'unclear', reason: 'empty', title };
  const words = [subject, text].filter((part) => part !== '').join('\n\n');
  const fit = fitted(words === '' ? FILES_ALONE : words, files);
  for (const name of namesFor(from)) {
    const customer = { name, email: (mail.replyTo ?? from).address };
    const body = complaintSchema.safeParse({ channel: 'mail', language: languageOf(words), customer, text: fit.text });
    if (body.success) {
      return { kind: 'complaint', body: body.data, sender: from.address.toLowerCase(), files: fit.files, title };
    }
  }
  return { kind: 'unclear', reason: 'sender_unusable', title };
}

/** Whom it says it is from, and its subject. */
const titleOf = ({ from, subject }: ReadMail): string =>
  [from?.name || from?.address, subject]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, 200)
    .toWellFormed();

const FILES_ALONE = '（只有附件 / files only）';

/** What a customer may be called, the best first: their own name, what stands before the @, or nothing of theirs. */
const namesFor = ({ name, address }: Mailbox): string[] => [
  name.slice(0, 80),
  address
    .split('@', 1)[0]
    ?.replaceAll(/[._+-]+/gu, ' ')
    .trim()
    .slice(0, 80) ?? '',
  '客户',
];

/** Words that are too many for a case stand there in part, and as a file in full. */
function fitted(text: string, files: readonly InboundFile[]): { text: string; files: readonly InboundFile[] } {
  return text.length <= MOST_TEXT ? { text, files } : { text: cut(text), files: [wholeText(text), ...files] };
}
