/** A result, and the domain that it is about. */
interface DomainResult {
  result: string;
  domain: string;
}

/** What is known of where a mail is from, in the words of RFC 8601: `pass`, `fail`, `softfail`, `neutral`, `none`, `temperror`… */
export interface Evidence {
  /** The mail server that found it out; absent: we did. */
  by?: string;
  /** The addresses in its From fields, in small letters; absent: whoever found it out has looked. */
  authors?: string[];
  /** Absent: it could not be asked, for nobody says which machine brought the mail. */
  spf?: DomainResult;
  dkim: readonly DomainResult[];
  /** Its domain is that of From, or empty where that is not said. */
  dmarc?: DomainResult;
}

/**
 * What mail servers that are believed have found out, from their `Authentication-Results` (RFC 8601). Everybody can write such
 * a field into a mail, so a server of the house takes foreign ones out that bear its name, and writes its own above all others:
 * what stands below the first one of somebody else is not looked at.
 * @param fields the topmost first
 * @param trusted names of servers, in small letters
 * @returns undefined: none of them says anything
 */
export function trustedResults(fields: readonly string[], trusted: readonly string[]): Evidence | undefined {
  const parsed = fields.map(parse);
  const firstForeign = parsed.findIndex(({ server }) => !trusted.includes(server));
  const believed = firstForeign === -1 ? parsed : parsed.slice(0, firstForeign);
  const results = believed.flatMap((one) => one.results);
  const [first] = believed;
  if (!first || results.length === 0) return undefined;
  const of = (method: string): Result[] => results.filter((one) => one.method === method);
  const [sent] = of('spf');
  const [policy] = of('dmarc');
  return {
    by: first.server,
    dkim: of('dkim'),
    ...(sent && { spf: sent }),
    ...(policy && { dmarc: policy }),
  };
}

interface Result extends DomainResult {
  method: string;
}

/** One field: the server's name, then a result for each method. Comments say nothing that counts. */
function parse(field: string): { server: string; results: Result[] } {
  const [server = '', ...parts] = withoutComments(field).split(';');
  return {
    // A version may stand behind the name.
    server: server.trim().split(/\s/u, 1)[0]?.toLowerCase() ?? '',
    results: parts.flatMap((part) => {
      const [, method, result] = /^\s*([a-z]+)(?:\/\d+)?\s*=\s*([a-z]+)/iu.exec(part) ?? [];
      return method && result
        ? [{ method: method.toLowerCase(), result: result.toLowerCase(), domain: domainIn(part) }]
        : [];
    }),
  };
}

/** The domain that a result is about: who signed, who wrote, or the sender of the envelope. */
const domainIn = (part: string): string =>
  (
    /\bheader\.(?:d|from)\s*=\s*"?(?:[^\s;"]*@)?([^\s;"@]+)/iu.exec(part)?.[1] ??
    /\b(?:header\.i|smtp\.mailfrom|smtp\.helo)\s*=\s*"?(?:[^\s;"]*@)?([^\s;"@]+)/iu.exec(part)?.[1] ??
    ''
  ).toLowerCase();

/** Takes comments out, those within comments too; what is quoted is none. */
function withoutComments(field: string): string {
  let depth = 0;
  let isQuoted = false;
  let kept = '';
  for (let at = 0; at < field.length; at++) {
    const one = field[at] ?? '';
    if (one === '\\' && (depth > 0 || isQuoted)) {
      at++;
      continue;
    }
    if (one === '"' && depth === 0) isQuoted = !isQuoted;
    if (one === '(' && !isQuoted) depth++;
    if (depth === 0) kept += one;
    if (one === ')' && !isQuoted && depth > 0) depth--;
  }
  return kept;
}
