import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stores } from '../../db';
import type { DecisionName } from '../../domain/decisions/catalogue';
import type { Policy } from '../../domain/policy/schema';
import type { Role, Stage } from '../../domain/basics/types';

/** The part of the API's answer for a case that the demo reads. */
export interface SeenCase {
  stage: Stage;
  grade: string;
  round: number;
  breached: boolean;
  owner?: { id: string; name: string };
  followUp?: { status: string; assignee?: string };
  waitsFor: { zh: string; en: string };
  actions: { id: string; status: string }[];
  outcome?: string;
}

interface CaseAnswer {
  case: SeenCase;
  allowed: { decision: DecisionName }[];
}

/** The API's answer to a complaint that was filed. */
export interface FiledComplaint {
  caseNo: string;
  accessCode: string;
  statusUrl: string;
}

/** An answer of the API that is no 2xx; the message has the beginning of its body. */
export class ApiError extends Error {
  override name = 'ApiError';
  constructor(
    readonly status: number,
    what: string,
    body: string,
  ) {
    super(`${what} was answered ${status}: ${body.slice(0, 400)}`);
  }
}

/** Roles in the order in which people are asked whether they may take a decision: the lowest first. */
const RANKS: readonly Role[] = ['colleague', 'agent', 'supervisor', 'manager'];
/** How long is waited for a case to get somewhere. */
const PATIENCE_MS = 30_000;

/**
 * Drives an installation as its users do: everything goes through the API, each call as one
 * member of staff or a customer.
 */
export class Api {
  private readonly tokens = new Map<string, Promise<string>>();
  private people: { id: string; role: Role; team: string }[] = [];

  constructor(
    readonly url: string,
    private readonly users: Stores['users'],
  ) {}

  /** Reads who works here; to be called first. @throws Error when there is no agent, supervisor or manager */
  async meetStaff(): Promise<void> {
    this.people = (await this.users.list({ active: true })).filter(({ role }) => RANKS.includes(role));
    for (const role of ['agent', 'supervisor', 'manager'] as const) {
      if (!this.people.some((person) => person.role === role)) {
        throw new Error(`there is no active ${role}; \`npm start\` creates one for each role`);
      }
    }
  }

  /** Id of a member of staff with this role. @throws Error when there is none */
  someone(role: Role): string {
    const person = this.people.find((one) => one.role === role);
    if (!person) throw new Error(`there is no ${role}`);
    return person.id;
  }

  /** Id of a member of a department; undefined when it has none. */
  member(team: string): string | undefined {
    return this.people.find((one) => one.team === team)?.id;
  }

  /** Files a complaint: as the customer, or as the member of staff `by` who takes it down. */
  async file(complaint: object, by?: string): Promise<FiledComplaint> {
    return this.call<FiledComplaint>('POST', '/api/complaints', complaint, by);
  }

  /** All published policies, the newest first. */
  async policies(by: string): Promise<Policy[]> {
    const { items } = await this.call<{ items: { policy: Policy }[] }>('GET', '/api/policies', undefined, by);
    return items.map(({ policy }) => policy);
  }

  /** Publishes the next version; complaints filed from now on run under it. */
  publish(policy: Omit<Policy, 'version'>, by: string): Promise<Policy> {
    return this.call<Policy>('POST', '/api/policies', policy, by);
  }

  /** A case as a manager sees it. */
  async look(caseNo: string): Promise<SeenCase> {
    return (await this.see(caseNo, this.someone('manager'))).case;
  }

  /**
   * Looks until the case is as wanted.
   * @param what is waited for, for the words of the error
   * @throws Error after 30 s
   */
  async until(caseNo: string, what: string, reached: (seen: SeenCase) => boolean): Promise<SeenCase> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const seen = await this.look(caseNo);
      if (reached(seen)) return seen;
      if (Date.now() > end) throw new Error(`${caseNo} is in ${seen.stage} and waits for ${what} for too long`);
      await sleep(250);
    }
  }

  /**
   * Takes a decision as somebody to whom the API offers it: whoever follows up or owns the case first, then the lowest
   * rank that may, never one of `not`. Waits until somebody may.
   * @returns the id of who took it
   * @throws Error when nobody may within 30 s
   * @throws ApiError when it is refused
   */
  async decide(caseNo: string, decision: DecisionName, body: object = {}, not: string[] = []): Promise<string> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      for (const id of await this.candidates(caseNo, not)) {
        const { allowed } = await this.seeIfTheirs(caseNo, id);
        if (!allowed.some((offered) => offered.decision === decision)) continue;
        await this.call('POST', `/api/cases/${caseNo}/decisions/${decision}`, body, id);
        return id;
      }
      // The case may be on its way to where the decision is possible: try again in a moment.
      if (Date.now() > end) throw new Error(`nobody may ${decision} in ${caseNo}`);
      await sleep(250);
    }
  }

  /** The progress page's answer for the customer: the tokens of an open offer and an open survey. */
  progress({ caseNo, accessCode }: FiledComplaint): Promise<{ offer?: { token: string }; survey?: { token: string } }> {
    return this.call('GET', `/api/complaints/${caseNo}/progress?code=${accessCode}`);
  }

  /** Does something as the customer, by case number and access code. `what`: the last part of the address. */
  async asCustomer({ caseNo, accessCode }: FiledComplaint, what: string, body: object): Promise<void> {
    await this.call('POST', `/api/complaints/${caseNo}/${what}?code=${accessCode}`, body);
  }

  /** Answers a proposal or a survey as the customer, by the token of its link. */
  async answerLink(kind: 'proposals' | 'surveys', token: string, body: object): Promise<void> {
    await this.call('POST', `/api/${kind}/${token}`, body);
  }

  private async candidates(caseNo: string, not: string[]): Promise<string[]> {
    const { owner, followUp } = await this.look(caseNo);
    const ranked = this.people.toSorted((a, b) => RANKS.indexOf(a.role) - RANKS.indexOf(b.role)).map(({ id }) => id);
    const first = [followUp?.assignee, owner?.id].filter((id): id is string => id !== undefined);
    return [...new Set([...first, ...ranked])].filter((id) => !not.includes(id));
  }

  private see(caseNo: string, as: string): Promise<CaseAnswer> {
    return this.call<CaseAnswer>('GET', `/api/cases/${caseNo}`, undefined, as);
  }

  /** What somebody may do in a case; nothing when they may not see it (404). */
  private async seeIfTheirs(caseNo: string, as: string): Promise<Pick<CaseAnswer, 'allowed'>> {
    try {
      return await this.see(caseNo, as);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return { allowed: [] };
      throw error;
    }
  }

  /** A token for a member of staff, made for this run; only its hash is stored. */
  private token(id: string): Promise<string> {
    let token = this.tokens.get(id);
    if (!token) {
      const made = `rdr_demo_${randomBytes(24).toString('base64url')}`;
      token = this.users.addToken(id, made).then(() => made);
      this.tokens.set(id, token);
    }
    return token;
  }

  private async call<T>(method: string, path: string, body?: object, as?: string): Promise<T> {
    const headers: Record<string, string> = { 'Content-Type': 'application/json' };
    if (as !== undefined) headers.Authorization = `Bearer ${await this.token(as)}`;
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${this.url}${path}`, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      // Busy or away for a moment. Sending again is safe: what was filed or decided already is refused the second time.
      if ((response.status === 503 || response.status === 429) && attempt < 5) {
        await sleep(1_000 * attempt);
        continue;
      }
      if (!response.ok) throw new ApiError(response.status, `${method} ${path.replace(/code=.*/, 'code=…')}`, text);
      return JSON.parse(text) as T;
    }
  }
}
