import type { DecisionName } from '../../domain/decisions';
import type { DemoComplaint } from './complaints';

/** The API as the demonstration's people use it: each decision is taken by whoever may take it. */
export interface Desk {
  api: string;
  /** Bearer tokens, those who should act first first. */
  staff: { id: string; token: string }[];
  quality: string;
}

export class DemoError extends Error {
  override name = 'DemoError';
}

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  call(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const bearer = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

/** The workflow takes a moment to start and to name an owner; that is the only thing a story ever waits for. */
const PATIENCE_MS = 20_000;
const LOOK_AGAIN_MS = 200;

export class DemoCase {
  constructor(
    private readonly desk: Desk,
    readonly complaint: DemoComplaint,
    readonly caseNo: string,
    private readonly accessCode: string,
    /** Another case of the same customer and product. */
    readonly twin: () => Promise<string>,
  ) {}

  get quality(): string {
    return this.desk.quality;
  }

  static async file(desk: Desk, complaint: DemoComplaint, n: number, twin: () => Promise<string>): Promise<DemoCase> {
    const { channel, language, name, product, text, wanted } = complaint;
    // The same person and product give the same contact: a repeat is to be found.
    const customer = { name, phone: `1390000${String(1_000 + (n % 9_000))}`, email: `customer${n}@example.com` };
    const { status, body } = await post(`${desk.api}/api/complaints`, {
      channel,
      language,
      customer,
      product,
      text,
      wantedRemedy: wanted,
    });
    if (status !== 201) throw new DemoError(`filing answered ${status}: ${JSON.stringify(body)}`);
    return new DemoCase(desk, complaint, String(body.caseNo), String(body.accessCode), twin);
  }

  /** Tries the decision as each person in turn, until one may take it and the case is ready for it. */
  async decide(name: DecisionName, body: Record<string, unknown>): Promise<void> {
    const url = `${this.desk.api}/api/cases/${this.caseNo}/decisions/${name}`;
    let last: Answer = { status: 0, body: {} };
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause()) {
      for (const { token } of this.desk.staff) {
        last = await post(url, body, bearer(token));
        if (last.status === 200 || last.status === 202) return;
        if (last.status === 422) throw new DemoError(`${name} on ${this.caseNo}: ${JSON.stringify(last.body)}`);
      }
    }
    throw new DemoError(`${name} on ${this.caseNo} answered ${last.status}: ${String(last.body.detail)}`);
  }

  async asCustomer(what: 'chase' | 'withdraw' | 'reopen', body: Record<string, unknown>): Promise<void> {
    const url = `${this.desk.api}/api/complaints/${this.caseNo}/${what}`;
    let last: Answer = { status: 0, body: {} };
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause()) {
      last = await post(url, body, { 'X-Access-Code': this.accessCode });
      if (last.status === 200 || last.status === 202) return;
    }
    throw new DemoError(`${what} on ${this.caseNo} answered ${last.status}: ${String(last.body.detail)}`);
  }

  /** Waits for an owner, and lets them accept where their grade asks for it. */
  async inWork(): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause()) {
      const { stage, owner, accepted } = await this.show();
      if (stage === 'resolve') return;
      const token = this.desk.staff.find(({ id }) => id === owner?.id)?.token;
      if (stage === 'assign' && token !== undefined && !accepted && owner?.provisional === false) {
        await post(`${this.desk.api}/api/cases/${this.caseNo}/decisions/accept`, {}, bearer(token));
      }
    }
    throw new DemoError(`nobody took ${this.caseNo} on`);
  }

  async show(): Promise<{
    stage: string;
    grade: string;
    accepted: boolean;
    owner?: { id: string; name?: string; provisional: boolean };
  }> {
    const lead = this.desk.staff.at(-1);
    const { body } = await call(`${this.desk.api}/api/cases/${this.caseNo}`, { headers: bearer(lead?.token ?? '') });
    return body.case as Awaited<ReturnType<DemoCase['show']>>;
  }
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
