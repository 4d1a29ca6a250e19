/**
 * The contract between what is common to all ways in (keeping, taking up, placing) and a channel such as mail. Nothing here
 * knows what a message looks like.
 * @module
 */
import type { ComplaintBody, ReportedMail } from '../../cases';
import type { InboundMessage, SenderCheck } from '../../db';

/** A file that came with a message. */
export interface InboundFile {
  /** As its sender named it; may be empty. */
  fileName: string;
  declaredType: string;
  content: Buffer;
}

/** Words that are too many for a case, all of them, as a file of it. */
export const wholeText = (text: string): InboundFile => ({
  fileName: '全文 full text.txt',
  declaredType: 'text/plain; charset=utf-8',
  content: Buffer.from(text),
});

/**
 * What a message is, as its channel understands it.
 * - `complaint`: of somebody new, or about something new. `sender`: who they are on this channel. `key`: the same makes the
 *   same case; left out: the message's bytes. `system`: the system of the house that it is from, by name.
 *   `senderCheck`: whether it is from whom it says. `wechatPerson`: who wrote it there, so that they can be answered.
 * - `answer`: of the customer of a case, who has proved to be that. `otherwise`: what it is if the case takes no answer.
 * - `undelivered`: a report that a mail of ours did not arrive.
 * - `aside`: nobody has to do anything, as with an absence note.
 * - `unclear`: somebody has to look.
 *
 * `reason` is a code, and holds nothing of the message; `title`: whom it is from and what it is about, for whoever looks.
 */
export type Understood =
  | {
      kind: 'complaint';
      body: ComplaintBody;
      sender: string;
      files: readonly InboundFile[];
      title: string;
      key?: string;
      system?: string;
      senderCheck?: SenderCheck;
      wechatPerson?: string;
    }
  | {
      kind: 'answer';
      caseNo: string;
      via: 'mail' | 'wechat';
      text: string;
      files: readonly InboundFile[];
      title: string;
      otherwise: Understood;
    }
  | { kind: 'undelivered'; report: ReportedMail; title: string }
  | { kind: 'aside'; reason: string; caseNo?: string }
  | { kind: 'unclear'; reason: string; caseNo?: string; title: string };

/** A way in. */
export interface InboundChannel {
  /** As rows and log lines call it: `mail`. */
  name: string;
  /**
   * Reads a message. One that is `forced` is no `aside`: somebody has looked and wants it taken up.
   * @throws Error when it cannot; the message is tried again, and then waits for somebody to look
   */
  understand(raw: Buffer, message: InboundMessage): Promise<Understood>;
}
