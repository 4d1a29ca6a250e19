import type { RequestHandler } from 'express';
import type { z } from 'zod';
import { reply, route, type Route } from './route';
import * as schemas from './schemas';

type CodecBody = z.output<typeof schemas.CodecBody>;

/** Encrypts and decrypts the payloads that Temporal stores. It is there only where a payload key is set. */
export interface Codec {
  encode(body: CodecBody): Promise<CodecBody>;
  decode(body: CodecBody): Promise<CodecBody>;
}

/**
 * CORS for the codec server: Temporal UI calls it from its own origin, in the browser of a manager. Answers the
 * browser's preflight (OPTIONS) with 204.
 * @param origin the only origin that is let in, without a path
 */
export function allowTemporalUi(origin: string): RequestHandler {
  return (request, response, next) => {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Vary', 'Origin');
    if (request.method !== 'OPTIONS') {
      next();
      return;
    }
    response.setHeader('Access-Control-Allow-Methods', 'POST');
    response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, x-namespace');
    response.setHeader('Access-Control-Max-Age', '600');
    response.status(204).end();
  };
}

/** The addresses of Temporal's remote codec protocol, by which Temporal UI shows decrypted payloads to managers. */
export const codecRoutes = (codec: Codec): Route[] =>
  (['encode', 'decode'] as const).map((what) =>
    route({
      method: 'post',
      path: `/codec/${what}`,
      tag: 'operation',
      id: `codec_${what}`,
      summary: `Codec server of Temporal UI: ${what} payloads`,
      access: 'manager',
      body: schemas.CodecBody,
      answers: { 200: { about: 'The payloads', schema: schemas.CodecBody } },
      handle: async ({ body }) => reply(200, await codec[what](body)),
    }),
  );
