import express, { type RequestHandler } from 'express';

/** Reads a body as it is into `request.body`, a Buffer; a compressed one is refused, since its signature is over what was sent. */
export const rawBody = (maxBytes: number): RequestHandler => {
  const read = express.raw({ limit: maxBytes, type: () => true, inflate: false });
  return (request, response, next) =>
    read(request, response, (error?: unknown) => {
      if (!Buffer.isBuffer(request.body)) request.body = Buffer.alloc(0);
      next(error);
    });
};
