/**
 * The door of `src/outgoing`: calls by HTTP to addresses that a browser, an admin or another system has given.
 * @module
 */
export { isNamed, outgoingAddress, type Allowed } from './address';
export {
  createOutgoing,
  mayHaveArrived,
  type Outgoing,
  type OutgoingClient,
  type OutgoingRequest,
  type ResolveName,
} from './client';
export { open, seal } from './seal';
export { OLD_SECRET_MS, webhookHeaders, webhookSecret, type WebhookKey } from './webhook-signature';
