/** The part of a pino logger that the channels use. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What the log says of an error: its name alone, since its message may quote what somebody wrote. */
export const faultName = (error: unknown): string => (error instanceof Error ? error.name : 'Error');
